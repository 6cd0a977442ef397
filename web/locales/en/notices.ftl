### What people are told of: the list behind the bell, what each wants to hear, and the mails that carry it.

## The list
notices-title = Notices
notices-bell =
    { $count ->
        [0] Notices, none unread
        [one] Notices, one unread
       *[other] Notices, { $count } unread
    }
notices-unread = unread
notices-none = Nothing yet.
notices-all = All notices
notices-read-all = Mark all as read
notices-all-read = All notices are marked as read.
notices-tab-all = All
notices-tab-unread = Unread
notices-tab-archived = Archived
notices-empty-title = Nothing here
notices-empty-text = When something happens that concerns you, you read of it here.

## What a person wants to be told of
notices-choices = What to be told
notices-choices-title = Notifications
notices-choices-lede = Choose what we tell you and how. You can change it at any time.
notices-choices-always = Documents, receipts and codes that you asked for are always sent by mail.
notices-channel-in-app = Show it here, behind the bell
notices-channel-email = Send it by mail
notices-topic-policy = Policies
notices-topic-policy-detail = When cover begins, comes to its end or is changed.
notices-topic-payment = Payments
notices-topic-payment-detail = What we received, and what comes due.
notices-topic-claim = Claims
notices-topic-claim-detail = How your claim is getting on.
notices-topic-document = Documents
notices-topic-document-detail = When we have checked what you sent.
notices-topic-marketing = Offers
notices-topic-marketing-detail = New products and discounts. Off unless you want it.

## What happened
notice-policy-issued-title = You are covered
notice-policy-issued-body = { $product } is in place from { $from } until { $until }. Policy { $number }.
notice-policy-under-review-title = We are looking at your cover
notice-policy-under-review-body = Your payment for { $product } has come. We look at the cover before its documents go out. Policy { $number }.
notice-policy-approved-title = Your cover is approved
notice-policy-approved-body = { $product } is in place from { $from } until { $until }. Policy { $number }.
notice-policy-declined-title = Your cover was not approved
notice-policy-declined-body = { $product }, policy { $number }, was not approved. What you paid is given back.
notice-policy-certified-title = Your certificate is ready
notice-policy-certified-body = The insurer has issued the certificate for { $product }, policy { $number }.
notice-policy-expiring-soon-title = Your cover ends soon
notice-policy-expiring-soon-body = { $product }, policy { $number }, ends on { $until }.
notice-policy-expired-title = Your cover has ended
notice-policy-expired-body = { $product }, policy { $number }, ended on { $until }.
notice-policy-cancelled-title = Policy cancelled
notice-policy-cancelled-body = { $product }, policy { $number }, has been cancelled.
notice-payment-received-title = Payment received
notice-payment-received-body = We received { $amount } for { $number }. Thank you.
notice-payment-credited-title = Your payment is kept as credit
notice-payment-credited-body = We received { $amount } that was not needed for an order. It is your credit; we will contact you about it.
notice-payment-due-title = Payment due on { $due }
notice-payment-due-body = { $amount } for { $number } is to be paid by { $due }.
notice-payment-overdue-title = Payment overdue
notice-payment-overdue-body = { $amount } for { $number } was due on { $due } and has not been paid yet.
notice-document-verified-title = Document checked
notice-document-verified-body = We have checked what you sent: { $document }. All is well.

## Mails
mail-notice-subject = { $title }
mail-notice-text =
    Hello { $name },

    { $body }

    { $url }

    { $brokerage }

    You can choose which news we mail to you: { $choices }
mail-notice-payment-due-subject = { $amount } is due on { $due }
mail-notice-payment-due-text =
    Hello { $name },

    { $amount } for { $number } is to be paid by { $due }. You can pay here:

    { $url }

    If you have paid already, there is nothing to do.

    { $brokerage }

    You can choose which news we mail to you: { $choices }
mail-notice-payment-overdue-subject = { $amount } was due on { $due }
mail-notice-payment-overdue-text =
    Hello { $name },

    { $amount } for { $number } was due on { $due }, and we have not received it yet. Please pay, so that your cover holds:

    { $url }

    If you have paid already, or cannot pay now, answer this mail and we will find a way.

    { $brokerage }

    You can choose which news we mail to you: { $choices }
mail-notice-policy-expiring-soon-subject = Your cover ends on { $until }
mail-notice-policy-expiring-soon-text =
    Hello { $name },

    { $product }, policy { $number }, ends on { $until }. After that day you are not covered by it any more.

    See the policy, and ask us for a new term in good time:

    { $url }

    { $brokerage }

    You can choose which news we mail to you: { $choices }
