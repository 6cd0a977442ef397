# Selling: carts, orders, policies. Permissions, messages of failures and of fields, words of documents and mails.

permission-insurance-order-read = See orders
permission-insurance-order-place = Sell to customers at the desk
permission-insurance-order-confirm-receipt = Confirm that an insurer has received the premium
permission-insurance-order-settle-task = Settle what orders left for staff
permission-insurance-policy-read = See policies
permission-insurance-policy-certify = Enter insurers' certificates
permission-insurance-policy-approve = Approve or decline policies that wait for it
permission-insurance-policy-note = Write notes about policies
permission-insurance-policy-cancel = Cancel policies

error-cart-item-not-found = This is no longer in the cart.
error-cart-empty = The cart is empty. Choose a cover first.
error-cart-full = A cart holds { $limit } covers at most. Finish this purchase, then begin another.
error-cart-has-problems = Something in the cart can no longer be bought. Ask for a new price or take it out.
error-cart-no-owner = Carts belong to customers. Make a quote for the customer instead.
error-checkout-wrong-step = This purchase is at another step. Load the page again.

error-order-not-found = There is no such order.
error-order-already-placed = This cover has been ordered already: { $number }. Pay for that order, or cancel it first.
error-order-price-changed = The price has changed since it was shown. Look at it again.
error-order-plan-not-offered = Nothing in the cart may be paid in these parts any more. Choose another plan.
error-order-wrong-state = The order has moved on meanwhile. Load it again.
error-order-payment-pending = A payment for this order is under way. Wait until it has ended.
error-order-money-received = Money was received for this order, so it can no longer be cancelled here.
error-order-not-at-insurer = The brokerage collects the premium of this order; there is nothing to confirm.
error-order-at-insurer = The insurer collects the premium of this order.
error-order-collection-not-chosen = Cover cannot be bought yet: choose in the settings who collects premium.
error-order-start-past = Cover can begin today or later.
error-order-start-too-far = Cover can begin within the next 90 days.

error-policy-not-found = There is no such policy.
error-policy-wrong-state = The policy is over, so this is no longer possible.
error-policy-changed = Somebody else changed this policy meanwhile. Load it again.
error-policy-certificate-in-future = A certificate cannot be of a day to come.

order-state-open = Waiting for payment
order-state-paid = Paid
order-state-fulfilled = Done
order-state-partly_fulfilled = Partly done
order-state-cancelled = Cancelled
order-state-expired = Not paid in time
order-line-open = Waiting
order-line-fulfilled = Issued
order-line-failed = Not issued
order-line-closed = Closed

policy-state-pending = Not begun
policy-state-active = Active
policy-state-expired = Ended
policy-state-cancelled = Cancelled

# Many vehicles by sheet
fleet-plate-twice = This plate stands in an earlier row already.
fleet-chassis-twice = This chassis number stands in an earlier row already.
fleet-formula = A formula is not read. Write the value itself.
fleet-extra-unknown = The product has no such extra.
fleet-column-unknown = The product does not ask for “{ $column }”. Download its sheet and use those headings.
fleet-empty = The sheet has no rows. Write one vehicle in each.
error-fleet-not-whole = A row has no price. Nothing was ordered.
error-fleet-price-changed = The price has changed since it was shown. Nothing was ordered; look at the rows again.

# Cover that staff approve
policy-approval-waiting = Waits for approval
policy-approval-declined = Declined
error-policy-waiting = This policy waits for approval. Nothing goes out before that.
error-policy-not-waiting = This policy does not wait for approval any more.
mail-order-waiting-subject = We have your payment: { $number }
mail-order-waiting-text =
    Hello { $name },

    we have received { $amount } for order { $number }. The receipt is attached. We look at your cover before its documents go out, and send them to you as soon as it is approved. If it is not, you get your money back.

    You can see how it stands here: { $url }

    { $brokerage }
mail-policy-approved-subject = Your cover is approved: { $policy }
mail-policy-approved-text =
    Hello { $name },

    policy { $policy } is approved. Its document { $number } is attached. Keep it; anybody can check it with the code it carries.

    { $brokerage }

policy-moment-paid = Paid
policy-moment-issued = Policy issued
policy-moment-document = Document issued
policy-moment-certified = Insurer's certificate entered
policy-moment-cancelled = Cancelled

# Policies that end early
error-cancellation-already-agreed = The end of this policy is agreed already.
error-cancellation-already-asked = You have asked for this already. We answer soon.
error-cancellation-figures-changed = What is given back has changed since it was shown. Look at the figures again.
error-cancellation-request-over = This wish has been answered already.
cancellation-before-cover = Cover began later than that.
cancellation-after-cover = Cover ends by itself before that.
cancellation-from-past = Choose today or a later day.
cancellation-asked-customer = The customer
cancellation-asked-insurer = The insurer
cancellation-by-customer = You asked for it: { $reason }
cancellation-by-insurer = The insurer ends it: { $reason }
cancellation-rule-full = Cover had not begun, or had only just begun: everything is given back.
cancellation-rule-pro-rata = By days: { $left } of { $days } days lie ahead, { $percent }% of premium and levies is given back.
cancellation-rule-short-rate = By the scale for cover that the policyholder ends: { $percent }% of premium and levies is given back.
cancellation-outcome-credit = { $amount } is your credit with us. We pay it back when you ask for it, or use it for your next cover.
cancellation-outcome-none = Nothing is left that could be paid back to you.
cancellation-outcome-insurer = You paid the insurer, so the insurer gives it back to you.
cancellation-letter-title = Cancellation of cover
credit-reason-policy-cancelled = A policy ended early
mail-cancellation-subject = Your cover ends: { $policy }
mail-cancellation-text =
    Hello { $name },

    policy { $policy } is cancelled; { $day } is its last day. The letter that is attached shows how what is given back was worked out.

    { $brokerage }
job-insurance-cancellation-take-effect = End of cancelled policies
job-insurance-cancellation-letter = Letter about a cancellation
job-insurance-letter-send = Letter with a document
job-insurance-billing-debit-note = Debit note
job-insurance-remittance-payout = Booking of a remittance that was paid out
job-insurance-billing-statement = Statement of account

# Papers about money
remittance-advice-title = Remittance advice
debit-note-title = Debit note
debit-note-line = { $insurer }, { $months } months from { $day }
mail-debit-note-subject = Debit note { $number }
mail-debit-note-text =
    Hello { $name },

    the debit note for order { $order } over { $amount } is attached. It tells how to pay.

    { $brokerage }
statement-title = Statement of account
statement-in-future = The period ends today or earlier.
statement-period = The period begins before it ends, and is three years at most.
statement-payment-received = Payment received
statement-policy-issued = Cover: { $what }
statement-instalment-paid = Instalment: { $what }
statement-policy-cancelled = Cover cancelled: { $what }
statement-refund-paid = Paid back to you: { $what }
statement-reversal = Taken back: { $what }
mail-statement-subject = Statement of account { $number }
mail-statement-text =
    Hello { $name },

    your statement from { $from } to { $to } is attached. Tell us if something in it is missing or wrong.

    { $brokerage }

collection-insurer_collects = The insurer collects the premium
collection-collect_and_remit = We collect the premium and remit it
collection-credit = We collect the premium on the insurer's credit

task-line_failed = A paid cover could not be issued. The money is the customer's credit: issue the cover by hand or return it.
task-payment_reversed = A payment was taken back after policies had been issued for it. Decide whether cover goes on.
task-instalment_overdue = An instalment is overdue, and cover goes on. Remind the customer, or decide about the cover.

task-policy_approval = A paid cover waits for your approval. Look at the policy, then approve or decline it.
task-kind-line-failed = Cover not issued
task-kind-instalment-overdue = Instalment overdue
task-kind-payment-reversed = Payment taken back
task-kind-policy-approval = Cover to approve
task-kind-by-hand = To do
task-state-open = Open
task-state-done = Done
task-reason-order-wrong-state = The order was closed before the money came.
task-reason-policy-approval = Staff approve this product before it counts.
task-reason-payment-reversed = The provider took the payment back.
task-reason-journal-already-posted = It was booked under this cover before.

job-insurance-order-documents = Documents of an order
job-insurance-order-expire = Closing of orders that were not paid
job-insurance-order-fulfil = Issue of what an order paid for
job-insurance-order-mail = Mail with an order's documents
job-insurance-order-reversal = Note of a payment taken back
job-insurance-instalments-watch = Watch over instalments that are late
job-insurance-pay-link-mail = Mail with a link to pay
job-insurance-payment-mail = Mail with a receipt
job-insurance-payment-receipt = Receipt of a payment
job-insurance-policy-documents = New document of a policy
job-insurance-policy-approved-documents = Documents of an approved policy
job-insurance-policy-turn = Beginning and end of policies
job-insurance-prices-mail = Mail with a link to saved prices
job-insurance-quote-mail = Mail with a quote

policy-document-risk-note = Confirmation of motor cover
policy-document-certificate = Certificate of cover
policy-document-included = included
policy-document-add-on = add-on
policy-document-unregistered = not yet registered
policy-document-class = Class { $class }
policy-document-basis = { $rate }% of { $base }
policy-document-yes = yes
policy-document-no = no
receipt-title = Receipt
receipt-credit = Kept as your credit
credit-reason-line-not-fulfilled = What it paid for could not be issued

mail-prices-subject = Your prices: { $what }
mail-prices-text =
    Hello,

    here are the prices you asked for: { $what }. They hold until { $date }.

    { $url }

    The link works on any device. Whoever has it can see the prices, so pass it on with care. If you did not ask for it, delete this mail.

    { $brokerage }

mail-quote-subject = Your quote { $number }
mail-quote-text =
    Hello { $name },

    this is what { $subject } costs:

    { $offers }

    You can buy at these prices until { $until }. Tell us which one you choose, or ask us about it.

    { $brokerage }

mail-pay-link-subject = Pay { $amount } for { $number }
mail-pay-link-text =
    Hello { $name },

    { $amount } is to be paid for { $number }. You can pay here until { $until }, without logging in:

    { $url }

    Pass the link on only to somebody who is to pay for you.

    { $brokerage }

mail-pay-link-text-direct =
    Hello { $name },

    { $amount } is to be paid for { $number }. You can pay here until { $until }, without logging in:

    { $url }

    Or send the money yourself:

    { $ways }

    Pass the link on only to somebody who is to pay for you.

    { $brokerage }

mail-receipt-subject = Your receipt { $number }
mail-receipt-text =
    Hello { $name },

    we have received { $amount }. The receipt { $number } is attached. Anybody can check it with the code it carries.

    { $brokerage }

mail-order-subject = Your cover is in place: { $number }
mail-order-text =
    Hello { $name },

    we have received { $amount } for order { $number }. Your documents and the receipt are attached. Keep them; anybody can check them with the code they carry.

    You find them here at any time: { $url }

    { $brokerage }

# Documents by mail, and people whom a customer names
mail-papers-subject = Your documents from { $brokerage }
mail-papers-attached =
    Hello { $name },

    you asked for these documents. They are attached.

    { $documents }

    { $brokerage }
mail-papers-linked =
    Hello { $name },

    you asked for these documents. Together they are too large for a mail, so here is where you find them. You log in first.

    { $documents }

    { $brokerage }
error-papers-none = Choose at least one document.
error-papers-too-many = At most ten documents fit into one mail. Choose fewer, or download them as one file.
error-papers-no-address = There is no e-mail address on record. Add one to your details.
error-nomination-changed = This list was changed elsewhere meanwhile. Look at it as it is now, and save again.
error-nomination-too-many = At most ten people can be named here.
error-nomination-shares = The shares do not add up to 100 percent. Change one of them, for example 50 and 50.
error-nomination-share-invalid = Give a share between 0.01 and 100, such as 50 or 33.34.

    we have received { $amount } for order { $number }. Your documents and the receipt are attached. Keep them; anybody can check them with the code they carry.

    You find them here at any time: { $url }

    { $brokerage }
