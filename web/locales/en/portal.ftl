# The customer's pages.
portal-home-title = Insurance, priced while you wait
portal-home-lede = Compare licensed insurers, see every levy in the price, and have your cover confirmed on your phone minutes after paying.
portal-home-description = Compare insurance from licensed insurers, pay by phone and have your cover confirmed at once.
portal-kinds = What would you like to insure?
portal-quote-title = See your price
portal-quote-submit = See prices
portal-quote-submitting = Asking insurers…
portal-quote-promise = No phone number needed to see prices.
portal-trust-licensed = Licensed broker
portal-trust-insurers = { $count } insurers compared
portal-trust-certificate = Digital proof of cover at once
portal-how-title = How it works
portal-how-1-title = Tell us about the car
portal-how-1-text = Plate, value and use, then a few questions. One minute, no registration.
portal-how-2-title = Compare and choose
portal-how-2-text = Each price is complete: levies, stamp duty and what is not covered.
portal-how-3-title = Pay by phone, drive insured
portal-how-3-text = Confirm with your PIN. Proof of cover and receipt come by e-mail.
portal-products-title = Everything we insure

# What stands on the start page and beside a product.
portal-featured-title = Chosen for you
portal-insurers-title = Insurers we work with
portal-insurers-text = Every insurer here holds a licence of its own and carries the risk of its policies.
portal-voices-title = What customers say
portal-questions-title = Questions and answers
portal-talk-title = Rather talk to somebody?
portal-talk-text = Ask before you buy: what a cover pays for, what it does not, and which papers it needs.
portal-talk-write = Write to us
portal-elsewhere = Find us elsewhere
portal-cookies-only = This site only sets cookies that it needs to work. Nobody follows you.
portal-related-title = Others like it
portal-reviews-title = Reviews
portal-reviews-none = Nobody has reviewed this product yet.
portal-reviews-who = Only customers who bought the product here can review it, once a policy. We read every review before it is shown and never change its words.
portal-reviews-stars = { $rating } of 5 stars
portal-stars = { $count ->
    [one] { $average } of 5 stars, 1 review
   *[other] { $average } of 5 stars, { $count } reviews
}
portal-review-title = Rate your cover
portal-review-write = Rate this cover
portal-review-change = Change your review
portal-review-rating = How content are you?
portal-review-5 = 5 stars: very content
portal-review-4 = 4 stars: content
portal-review-3 = 3 stars: so-so
portal-review-2 = 2 stars: not content
portal-review-1 = 1 star: not at all
portal-review-body = Your words
portal-review-body-help = What went well, and what did not. Please leave out names, numbers and addresses.
portal-review-signed = It is shown as by { $name }, once we have read it.
portal-review-send = Send the review
portal-review-sent = Thank you. We read your review before others see it.
portal-review-withdraw = Withdraw the review
portal-review-withdrawn = Your review is withdrawn.
review-state-waiting = Being read
review-state-published = Published
review-state-hidden = Hidden
portal-products-from = from { $amount }
portal-products-all = All products
portal-products-all-of = All { $count }: { $title }
portal-products-sample = The rates here are samples to try the shop with: they are not the insurers' own.

portal-offers-title = { $count ->
    [0] No insurer offers this cover
    [one] One price for { $name }
   *[other] { $count } prices for { $name }
}
portal-offers-lede = Sorted by price. Each includes all levies and is valid until { $date }.
portal-offers-change = Change details
portal-offers-choose = Choose
portal-offers-why = What is in this price
portal-offers-excess = Excess: what you pay first
portal-covered = What is covered
portal-not-covered = What is not
portal-price-total = You pay
portal-price-explain = Tap a line to see how it is worked out.
portal-buy = Buy this cover
portal-addons = Add to your cover
portal-addons-update = Update the price
portal-insurer = Insurer

portal-checkout-title = Your details
portal-checkout-steps = Steps of your purchase
portal-checkout-consent = I agree that { $name } uses these details to arrange my insurance.
portal-checkout-start = Cover starts on
portal-checkout-summary = Your cover
portal-checkout-safe = You are charged only after you confirm on your phone.

portal-wait-title = Enter your PIN on { $phone }
portal-wait-checking = This page changes by itself. Do not pay again while we are checking.
portal-wait-refresh = Check now
portal-wait-help = Nothing on your phone?
portal-wait-help-1 = Unlock the phone: the request may be waiting behind the lock screen.
portal-wait-help-2 = Make sure it has network and enough balance.
portal-wait-help-3 = After two minutes you can send the request again or pay another way.
portal-wait-reference = Your reference
portal-wait-receipt = Payment code

portal-account-title = Hello { $name }
portal-account-policies = Your policies
portal-account-empty-title = No policies yet
portal-account-empty-text = When you buy cover it appears here, with its documents and every receipt.
portal-proof-risk-note = Confirmation of cover
portal-proof-certificate = Certificate of cover
portal-account-until = Valid until { $date }
portal-cart-holds = This price holds until { $date }
portal-account-number = Policy { $number }
portal-account-see-price = See a price

portal-login-title = Log in
portal-login-lede = See your policies, documents and payments.
portal-login-forgot = Forgot your password?
portal-login-code = Log in with a code instead
portal-login-code-lede = We send a code to your e-mail address. You need no password for it.
portal-login-code-lede-phone = We send a code to your e-mail address, or to your phone. You need no password for it.
portal-login-code-who = E-mail address or phone number
portal-login-code-who-help = The phone number must be one that you confirmed in your profile.
portal-login-code-send = Send the code
portal-login-password = Log in with a password
portal-login-new = New here?
portal-login-register = Create an account
portal-code-title = Enter the code
portal-code-text = If { $to } has an account with us, a code is on its way there. Look into the spam folder too.
portal-code-text-mail = We sent a code to the e-mail address you gave. Look into the spam folder too.
portal-code-text-phone = If you confirmed { $to } with us before, a code is on its way to it as a text message.
portal-code-again = Send a new code

portal-register-title = Create an account
portal-register-lede = Your policies, documents and receipts in one place. You need no account to see prices.
portal-register-email-help = We send a code to this address.
portal-register-submit = Create account
portal-register-have = You have an account?
portal-register-agree = By opening an account you agree to:
portal-flash-registered = Welcome. Your account is open.
portal-flash-code-sent = A new code is on its way.
portal-flash-password-chosen = Your new password holds from now on.
portal-forgot-title = Choose a new password
portal-forgot-lede = We send a link to your e-mail address.
portal-forgot-submit = Send the link
portal-forgot-again = Ask for a new link
portal-forgot-sent-title = Look into your mailbox
portal-forgot-sent-text = If { $email } has an account with us, a link is on its way. It works for an hour. Look into the spam folder too.
portal-reset-title = Choose a new password
portal-reset-lede = You are logged in with it at once, and logged out everywhere else.
portal-reset-submit = Save password
portal-reset-expired = The link does not work any more?
portal-claim-title = Choose your password
portal-claim-lede = With it you find your policies, documents and receipts whenever you need them.

portal-nav-account = Account
portal-nav-policies = Policies
portal-nav-payments = Payments
portal-nav-documents = Documents
portal-nav-profile = My details
portal-nav-products = Products
portal-nav-verify = Check a document

portal-verify-title = Is this document genuine?
portal-verify-lede = Every confirmation of cover, certificate and receipt of ours carries a code. Type it here, or scan the square beside it.
portal-verify-code = Code
portal-verify-code-help = Sixteen letters and digits, in any case, with or without dashes.
portal-verify-submit = Check
portal-verify-another = Check another code
portal-verify-call = Call us: { $phone }
portal-verify-genuine = Genuine
portal-verify-expired = Expired
portal-verify-cancelled = Cancelled
portal-verify-unknown = Not ours
portal-verify-genuine-title = We issued this document
portal-verify-expired-title = This cover has ended
portal-verify-cancelled-title = This document was cancelled
portal-verify-unknown-title = We do not know this document
portal-verify-genuine-text = Compare the facts below with the paper. Names and number plates are shortened here on purpose: what is shown of them must be the same. If anything else differs, the paper was changed.
portal-verify-shortened-text = This cover was cancelled early: it ends on the last day below, whatever the paper says.
portal-verify-replaced-text = We issued a newer version of this document. The facts below are the newer one's.
portal-verify-expired-text = We issued it, and it was right until the last day below. It proves no cover today.
portal-verify-cancelled-text = We issued it and took it back. It proves no cover.
portal-verify-unknown-text = No document of ours has this code. Check the code once more. If it is as printed, do not accept the document, and tell us.
portal-verify-kind = Document
portal-verify-number = Number
portal-verify-what = Cover
portal-verify-policy = Policy
portal-verify-insurer = Insurer
portal-verify-certificate = Insurer's certificate
portal-verify-holder = Holder
portal-verify-plate = Number plate
portal-verify-from = First day
portal-verify-to = Last day
portal-verify-today = Cover today
portal-verify-in-force = In force
portal-verify-begins = Not yet: it begins on { $date }
portal-verify-amount = Amount
portal-verify-issued = Issued on
portal-verify-cancelled-on = Cancelled on

portal-page-since = Version { $number }, in force since { $date }
portal-page-past = This is an earlier wording. It does not hold any more.
portal-page-older = Earlier wordings
portal-about-title = About us
portal-about-who-title = Who we are
portal-about-who-text = { $name } is an insurance intermediary. We work for you, not for one insurer: we compare, advise, arrange the cover and stand by you when you claim.
portal-about-how-title = How we earn
portal-about-how-text = The insurer whose cover you buy pays { $name } a commission out of the premium. The price that you see is the whole price.
portal-complaints-title = Complaints
portal-complaints-write-title = Tell us
portal-complaints-write-text = Write to { $name } or call; the contact stands at the foot of this page. Say what happened, when, and what would put it right. A complaint costs nothing and never harms your cover.
portal-complaints-answer-title = What happens then
portal-complaints-answer-text = { $name } confirms that the complaint has arrived, looks into it, and answers in writing with the reasons.
portal-regulator = the regulator of insurance
portal-complaints-regulator-title = If the answer does not help
portal-complaints-regulator-text = You may take the complaint to { $regulator }, which supervises { $name } and the insurers.
portal-cookies-title = Cookies
portal-cookies-which-title = Which cookies we set
portal-cookies-which-text = One recognises your browser, so that your prices and your cart are still there on the next page. One keeps you logged in. One remembers your language. One carries a short message to the next page, such as that something was saved.
portal-cookies-none-title = Which we do not set
portal-cookies-none-text = None for advertising, none that measure what you look at, none of other companies. That is why { $name } does not ask you to agree to any.
portal-cookies-off-title = Doing without
portal-cookies-off-text = You can delete them or block them in your browser. Without them you can read everything, but not buy or log in.
portal-terms-title = Terms
portal-terms-who-title = Who you deal with
portal-terms-who-text = { $name } is an insurance intermediary. The insurer named in your policy carries the risk; we advise you, arrange the cover and help you when you claim.
portal-terms-price-title = Prices
portal-terms-price-text = The price of an offer includes every levy and duty that the law adds, and each line says how it was worked out; where a product says “from”, the levies come on top. An offer's price holds until the date beside it, for the answers that you gave. A wrong answer may change the price or end the cover.
portal-terms-pay-title = Paying
portal-terms-pay-text = You are charged only what you confirmed. Cover starts on the day in your policy, once the premium is paid. Money that buys nothing stays yours: it is kept as your credit or paid back.
portal-terms-cancel-title = Changing your mind
portal-terms-cancel-text = Tell { $name } as soon as you can. What is paid back follows the terms of the insurer and is shown to you before you decide.
portal-terms-complain-title = If something goes wrong
portal-terms-complain-text = Write to { $name } first; the address stands below. If the answer does not satisfy you, you may complain to { $regulator }.
portal-privacy-title = Privacy
portal-privacy-what-title = What we keep
portal-privacy-what-text = What you enter when you ask for a price, your contact details, identity numbers and documents when you buy, your policies, and your payments. Identity numbers are kept encrypted. We never see the PIN or the card number that you pay with.
portal-privacy-why-title = Why
portal-privacy-why-text = { $name } needs it to find prices, to arrange your cover, to take payment, to send documents and to help with claims, and because the law of insurance and taxes asks for records. News are sent only if you agreed.
portal-privacy-who-title = Who gets it
portal-privacy-who-text = The insurer whose cover you buy, and the payment provider that you pay through, each only what it needs. Whoever holds a document of yours can check that it is genuine and sees initials and a masked number plate, no more.
portal-privacy-long-title = How long
portal-privacy-long-text = Prices that you never bought are deleted or made anonymous. Policies and payments are kept as long as the law of contracts and taxes asks.
portal-privacy-rights-title = Your rights
portal-privacy-rights-text = You may ask { $name } what is kept about you, have it corrected, have it deleted where no law asks for it, and take back a consent at any time.

portal-home-short = Insurance
portal-home-empty-title = Nothing is on sale yet
portal-home-empty-text = Come back soon, or call us.
portal-products-lede = Every cover of every insurer that we work with.
portal-products-search = Search products and insurers
portal-products-compare = Compare all insurers
portal-products-none = No product matches. Try fewer words, or look at everything.
portal-product-term = Length of cover
portal-product-months = { $count ->
    [one] a month
    [12] a year
   *[other] { $count } months
}
portal-product-from = Lowest premium, before levies
portal-product-more = Good to know
portal-product-papers = Papers you need
portal-product-gone-title = This product is no longer sold
portal-product-gone-text = Policies that were bought go on as they are.
portal-quote-submit-one = See the price
portal-covered-up-to = { $what }, up to { $amount }
portal-ask-title = About what you insure
portal-ask-lede = Insurers need these answers for a price.
portal-ask-addons-help = They can be added or left out later, too.

portal-offers-short = Prices
portal-offers-excess-of = Excess · { $excess }
portal-offers-sum = Insured for { $amount }
portal-offers-lowest = Lowest price
portal-offers-expired-title = These prices were valid until { $date }
portal-offers-expired-text = Ask again with the same answers to get today's prices.
portal-offers-repeat = Get today's prices
portal-offers-none-title = No insurer takes this risk online
portal-offers-none-text = Change the details, or call us: we ask insurers in person.
portal-offers-declined = Not offered by
portal-offers-reference = Your reference: { $reference }
portal-saved-save = Take these prices along
portal-saved-lede = With the link you come back to these prices on any device until { $date }. Whoever has it can see the prices and go on with them.
portal-saved-link = Your link
portal-saved-email = Or get it by e-mail
portal-saved-send = Send me the link
portal-saved-sent = The link is on its way to you.
portal-saved-often = This link was sent often enough. Copy it instead.
portal-saved-no-address = That is no e-mail address. Nothing was sent.
portal-saved-title = Saved prices
portal-saved-go-on = Go on with these prices
portal-saved-again = Ask again with the same answers
portal-quotes-title = Your prices
portal-quotes-lede = What you asked for lately. A price that is over is asked again with one press.
portal-quotes-until = Until { $date }
portal-quotes-over = Over since { $date }
portal-quotes-empty-title = No prices at the moment
portal-quotes-empty-text = Prices that you ask for stay here until you buy.
portal-offer-for = For
portal-offer-sum = Sum insured
portal-offer-until = Price valid until
portal-offer-quote = Quote
portal-offer-not-changed = The extras could not be changed any more. See below why.
portal-price-all-in = all levies included
portal-price-premium = Premium
portal-why-rate = { $rate } % of { $base }.
portal-why-units = { $units } at { $base } each.
portal-why-levy = The law adds { $rate } % of the premium of { $base }.
portal-why-duty = A fixed sum that the law asks for every policy.
portal-why-minimum = The insurer's lowest premium is { $base }.
portal-why-fixed = A fixed price of the insurer.
portal-why-rounding = Rounded to a sum that can be paid.

portal-nav-cart = Cart
portal-cart-title = Your cart
portal-cart-description = What you chose, each price line by line: pay all of it at once or in parts.
portal-cart-empty-title = Your cart is empty
portal-cart-empty-text = See prices first; choose one, and it stands here.
portal-cart-change = Look at it again
portal-cart-continue = Continue
portal-cart-bundle-hint = { $amount } together with another kind of cover from { $insurer }.
portal-cart-bundle-saved = You save { $amount } by buying together.
portal-cart-more = Insure something else too
portal-cart-blocked = Remove what can no longer be bought, or get today's price for it.
portal-cart-removed = Removed.
portal-cart-full = Your cart is full. Buy what is in it first.

# Cover for several vehicles by one sheet
portal-fleet-title = Several vehicles at once
portal-fleet-link = Insure several vehicles by one sheet
portal-fleet-lede = Fill in a sheet with one vehicle in each row and upload it. You see what each costs before you order anything.
portal-fleet-product = Cover
portal-fleet-file-help = Excel (.xlsx) or CSV, with the headings of the sheet; at most { $rows } vehicles and { $kilobytes } KB.
portal-fleet-upload = See the prices
portal-fleet-sheets = Sheets to fill in
portal-fleet-sheets-text = Each cover asks its own questions. Download its sheet and keep the headings.
portal-fleet-none-title = No cover for vehicles at present
portal-fleet-none-text = See what else you can insure.
portal-fleet-extras = Extras
portal-fleet-result = Your vehicles
portal-fleet-whole = Every vehicle has a price.
portal-fleet-mend = Mend the rows without a price in your sheet and upload it again, or order cover for the others.
portal-fleet-nothing = No row has a price. Mend them in your sheet and upload it again.
portal-fleet-vehicle = Vehicle
portal-fleet-row = Row { $line }
portal-fleet-price = Price
portal-fleet-order = { $count ->
    [one] Order cover for one vehicle
   *[other] Order cover for { $count } vehicles
}
portal-fleet-pay-next = You pay on the next page.
portal-fleet-again = Upload another sheet

portal-checkout-step-details = Details
portal-checkout-step-documents = Papers
portal-checkout-step-pay = Pay
portal-checkout-step-done = Insured
portal-checkout-name-help = As on your ID.
portal-checkout-email-help = Proof of cover and receipt are sent here.
portal-checkout-consent-short = Consent
portal-checkout-have = You have an account?
portal-checkout-taken = This e-mail address has an account. Log in, and go on where you are: your cart comes along.
portal-papers-title = Papers for the insurer
portal-papers-lede = A photo of each is enough.
portal-papers-asked = What the insurer asks to see
portal-papers-later = Nothing at hand? Go on without. Your account reminds you, and takes papers at any time.
portal-pay-title = Pay
portal-pay-method = How you pay
portal-pay-phone = Phone number that pays
portal-pay-phone-help = The request to pay is sent to this phone.
portal-pay-now = Pay { $amount }
portal-pay-again = Try again: pay { $amount }
portal-pay-parts = One payment takes at most { $limit }. You pay in { $count } parts; the first is { $first }.
portal-plan-from = Or in parts: from { $now } now. You choose when you pay.
portal-plan-title = How many payments?
portal-plan-full = All at once
portal-plan-two = Two payments
portal-plan-three = Three payments
portal-plan-monthly = Every month
portal-plan-now = { $now } now
portal-plan-then-one = { $now } now, { $later } on { $date }
portal-plan-then = { $now } now, then { $count } payments of { $later } from { $first } to { $last }
portal-plan-partly = What cannot be divided is paid in full now.
portal-plan-due = To pay now
portal-plan-gone = This plan is not offered any more. Choose another.
portal-due-title = Your payments
portal-due-by = By { $date }
portal-due-paid = Paid
portal-due-due = To come
portal-due-late = Overdue
portal-pay-insurer-title = You pay the insurer
portal-pay-insurer-text = Place the order, and you see how to pay the insurer and with which reference. Cover starts once the insurer has the money.
portal-pay-order = Place the order
portal-pay-closed-title = Paying online is not possible right now
portal-pay-closed-text = Your cart is kept. Call or write to us: we finish the purchase with you.

portal-wait-title-plain = Confirm the payment
portal-wait-text-plain = You pay on the page of the payment service. Continue there if you have not paid yet; this page changes by itself once you have.
portal-order-title = Your order
portal-order-number = Order
portal-order-owed = Still to pay
portal-order-pay-until = Pay until
portal-order-go-on = Continue to payment
portal-order-being-issued = Being issued
portal-order-line-from = { $insurer }, from { $date }.
portal-order-line-failed = This could not be issued. The money is yours; we are calling you.
portal-order-pay-to = Pay { $name }
portal-order-no-instructions = Call us for the insurer's account.
portal-order-give-up = Changed your mind?
portal-order-give-up-text = The order is cancelled, and nothing is owed for it.
portal-order-give-up-do = Cancel the order
portal-order-cancelled = The order is cancelled.
portal-order-not-cancelled = The order could not be cancelled. See below how it stands.
portal-link-title = Pay
portal-link-for = For
portal-link-until = This link leads here until
portal-link-to-pay-title = Ready to be paid
portal-link-to-pay-text = Choose how to pay. You need no account for it.
portal-link-issued-title = Paid, thank you
portal-link-issued-text = Nothing more is owed. The receipt goes to whom the order belongs.
portal-link-over-title = This link leads nowhere any more
portal-link-over-text = It ended, was withdrawn, or nothing is owed any more. Ask whoever sent it for a new one.
portal-order-to-pay-title = Ready to be paid
portal-order-to-pay-text = Choose how to pay. Cover starts once the money is here.
portal-order-asked-text = We have sent a request to this phone. Your PIN there confirms the payment.
portal-order-late-title = We are still checking
portal-order-late-text = The answer is taking longer than usual. If you confirmed, the money is safe: the purchase is finished as soon as it arrives, and you get a message.
portal-order-failed-title = The payment did not go through
portal-order-failed-text = Nothing was taken. { $reason }
portal-order-failed-uninsured = You are not insured by this order until it is paid.
portal-order-unknown-title = We are asking the provider
portal-order-unknown-text = The provider cannot tell yet whether your money moved. Do not pay again. We settle it and send you a message; if the money came, your cover is issued at once.
portal-order-received-title = Paid
portal-order-received-text = The money is here. Your policy is being issued; this takes a moment.
portal-order-issued-title = You are insured
portal-order-paid = { $amount } paid
portal-order-paid-of = { $paid } of { $total } paid
portal-order-issued-text = Your documents are below. They were sent to your e-mail address too.
portal-order-waiting-title = Paid, and being looked at
portal-order-waiting-text = We look at your cover before its documents go out, and send them as soon as it is approved. If it is not, you get your money back.
portal-order-issued-soon = Your documents are being made and appear here in a moment.
portal-order-partly-title = Part of it is still open
portal-order-partly-text = Something you paid for could not be issued by itself. The money is yours, and we are calling you to finish it.
portal-order-insurer-title = Pay the insurer now
portal-order-insurer-text = Give the reference below with the payment. Once the insurer has the money, your cover starts and your documents come by e-mail.
portal-order-over-title = This order has ended
portal-order-over-text = It was cancelled, or not paid in time. Nothing is owed for it.

# What is owed besides orders
portal-owed-title = Pay what is owed
portal-owed-to-pay-title = To be paid
portal-owed-to-pay-text = Choose how to pay.
portal-owed-issued-title = Paid, thank you
portal-owed-issued-text = Nothing more is owed. The receipt is among your documents.
portal-owed-over-title = Nothing to pay
portal-owed-over-text = Nothing is owed here any more.
portal-owed-tile = { $amount }, due on { $date }
portal-owed-policy = { $amount } is still owed for this cover.
portal-owed-pay = Pay it

portal-account-orders = Waiting for you
portal-account-order = { $amount }, to be paid until { $date }
portal-account-cart = { $count ->
    [one] One thing is in your cart.
   *[other] { $count } things are in your cart.
}
## The account's start page
portal-steps-title = Next steps
portal-step-ending = { $what } ends on { $date }. See the price for the time after.
portal-step-id = Send a copy of your ID: insurers ask for it.
portal-step-logbook = Send the logbook: the insurer asks for it.
portal-step-beneficiaries = Say who receives what your policies pay if you cannot.
portal-days-left = { $count ->
    [0] last day today
    [one] one day left
   *[other] { $count } days left
}
## Payments and the statement of account
portal-payments-search = Find a payment by its reference or receipt
portal-payments-outcome = How it went
portal-payments-when = Day
portal-statement-title = Statement of account
portal-statement-lede = Everything that was charged and paid in a period, as a document that you can send or print.
portal-statement-from = First day
portal-statement-to = Last day
portal-statement-make = Make the statement
portal-statement-made = Your statements
portal-statement-asked = Your statement is being made. It appears here and among your documents in a moment.
portal-statement-enough = You had ten statements made today. Try again tomorrow.
## One policy
portal-end-refund = { $amount } of what you paid is given back.
portal-policy-named = Beneficiaries
portal-policy-help = If something happens
portal-policy-help-text = Call us first, before anything is repaired or thrown away. We tell the insurer and help you with the papers.
portal-policy-named-none = Nobody is named yet.
portal-policy-named-change = Say who receives what this policy pays
portal-policy-pay-next = Pay the next part
portal-policy-pending = Starts later
portal-policy-period = Period
portal-policy-from-to = { $from }, { $time }, to the end of { $to }
portal-policy-insurer-number = Insurer's policy number
portal-policy-cancelled = Cancelled because
portal-end-link = End this cover early
portal-end-title = End this cover
portal-end-lede = Ask here. Cover goes on until we have agreed with you on its last day.
portal-end-today = What you would get back if it ended today
portal-end-today-help = Later days give back less. What counts is the day that we agree on.
portal-end-of = You paid { $charged }.
portal-end-total = Back to you
portal-end-from = First day without cover
portal-end-from-help = You are covered to the end of the day before.
portal-end-reason = Why do you want to end it?
portal-end-ask = Ask to end it
portal-end-keep = Keep the cover
portal-end-asked = We have your wish and answer soon. Cover goes on.
portal-end-open = You asked to end this cover from { $day }. We answer soon; cover goes on.
portal-end-agreed = This cover is cancelled. Its last day is { $day }.
portal-end-declined = We could not agree to end this cover: { $answer }
portal-policy-waits = We look at this cover before its documents go out. We send them as soon as it is approved.
portal-policy-no-documents = The documents are being made. They appear here and come by e-mail.
portal-payments-title = Your payments
portal-payments-empty-title = No payments yet
portal-payments-empty-text = Everything you pay appears here, with its receipt.
portal-payment-credit = { $amount } kept as your credit
portal-documents-title = Your documents
portal-documents-empty-title = No documents yet
portal-documents-empty-text = Proof of cover and receipts appear here once you have bought something.
portal-documents-send = Send a document
portal-documents-kind = What it is
portal-documents-kept = We have it. Thank you.
portal-document-checked = checked
# Documents: found, chosen, looked at, taken back
portal-documents-search = Search by name or number
portal-documents-group-policies = Policy documents
portal-documents-group-receipts = Receipts
portal-documents-group-uploads = What you sent
portal-documents-pick = Choose
portal-documents-choose = Choose documents to get them together.
portal-documents-zip = Download as one file
portal-documents-mail = Send to my e-mail
portal-documents-mailed = The documents are on their way to your mailbox.
portal-documents-removed = The document is taken back.
portal-documents-undo = Undo
portal-documents-aside-title = Still being looked at
portal-documents-held = Being scanned for viruses; it appears among your documents soon.
portal-documents-refused = Not kept: a virus was found in it.
portal-documents-removed-title = Taken back
portal-documents-until = can be brought back until { $date }
portal-documents-restore = Bring back
portal-documents-restored = The document is back.
portal-document-number = Number
portal-document-day = Since
portal-document-size = Size
portal-document-kilobytes = { $size } KB
portal-document-megabytes = { $size } MB
portal-document-state = State
portal-document-was-checked = Checked by us
portal-document-not-checked = Received, not checked yet
portal-document-code = Verification code
portal-document-about = About this document
portal-document-download = Download
portal-document-open = Open in a new tab
portal-document-remove = Take it back

# The customer as a person: tabs, named people, consents
portal-tabs = Your details
portal-tab-details = Details
portal-tab-beneficiaries = Beneficiaries
portal-tab-dependants = Dependants
portal-tab-notifications = Notices
portal-tab-privacy = Privacy
portal-tab-security = Password
portal-beneficiaries-title = Your beneficiaries
portal-beneficiaries-lede = Who receives what your policies pay if you cannot. The list holds for every policy without a list of its own.
portal-policy-beneficiaries-title = Beneficiaries of this policy
portal-policy-beneficiaries-lede = Who receives what this policy pays if you cannot.
portal-policy-beneficiaries-none = Nobody is named for this policy alone, so your general list of beneficiaries holds.
portal-dependants-title = Your dependants
portal-dependants-lede = Children and others who depend on you. With their details on record, covering them is quick.
portal-nominee = Person { $number }
portal-nominee-name = Full name
portal-nominee-relation = Who it is to you
portal-nominee-share = Share in percent
portal-nominee-shares = Shares
portal-nominee-people = People
portal-nominee-born = Date of birth
portal-nominee-id-number = ID number
portal-nominee-number-help = Kept under seal and never shown in full.
portal-nominee-number-kept = On record: { $number }. Leave this empty to keep it.
portal-nominee-shares-help = The shares of all must come to 100 percent.
portal-nominee-more = To leave somebody out, clear the name. After saving there is room for more people, up to ten.
portal-relation-spouse = Wife or husband
portal-relation-child = Child
portal-relation-parent = Parent
portal-relation-sibling = Sister or brother
portal-relation-other = Somebody else
portal-my-privacy-title = Your privacy
portal-my-privacy-lede = What you allowed us, and how to change it.
portal-consents-title = Your consents
portal-consents-text = You may take back each of them at any time. Policies that run go on, because they are a contract.
portal-consents-history = What you agreed to and when
portal-consent-given = Given
portal-consent-not-given = Not given
portal-consent-taken-back = Taken back
portal-consent-give = Agree
portal-consent-take-back = Take back
portal-consent-flash-given = Your consent is recorded.
portal-consent-flash-taken-back = Your consent is taken back.
# A copy of one's data, and their deletion
portal-copy-title = A copy of your data
portal-copy-text = One file with everything we keep about you: details, policies, payments, documents. It is made within the hour, and we write to you when it is there.
portal-copy-ask = Make my copy
portal-copy-making = Your copy is being made. We write to you when it is there.
portal-copy-ready = Your copy is ready. It can be downloaded until { $date }.
portal-copy-download = Download my data
portal-copy-asked = Your copy is being made. We write to you when it is there.
portal-erasure-title = Delete your account
portal-erasure-text = You may have your account and your data deleted. What the law makes us keep stays locked away until its years are over.
portal-erasure-begin = What deleting means
portal-erasure-wanted = Your account is deleted on { $date }. Until then you may change your mind.
portal-erasure-restricted = Your account is deleted. The law makes us keep records of your policies and payments until { $date }.
portal-erasure-withdraw = Keep my account
portal-erasure-withdrawn = Your account stays.
portal-erasure-asked = We delete your account when the days to think it over have passed.
portal-erasure-gone = You can no longer log in, and we can no longer write to you.
portal-erasure-days = { $count ->
    [one] You have one day to think it over. Until then you take it back with one press.
   *[other] You have { $count } days to think it over. Until then you take it back with one press.
}
portal-erasure-goes = What goes
portal-erasure-goes-contact = Phone numbers, e-mail and postal addresses, notes and wishes
portal-erasure-goes-files = Files you sent that no policy rests on
portal-erasure-goes-login = Your password, devices and log-in
portal-erasure-stays = What the law makes us keep
portal-erasure-kept = { $what }: { $years } years after your last policy or payment ({ $source })
portal-erasure-stays-none = If you never bought anything, nothing is kept.
portal-erasure-held = First this must end
portal-erasure-confirm = I understand that this cannot be undone after the days to think it over.
portal-erasure-ask = Delete my account
erasure-hold-policies = { $count ->
    [one] One policy is still running. Cancel it, or wait until it ends.
   *[other] { $count } policies are still running. Cancel them, or wait until they end.
}
erasure-hold-orders = { $count ->
    [one] One order is open. Pay it or give it up.
   *[other] { $count } orders are open. Pay them or give them up.
}
erasure-hold-debts = { $count ->
    [one] One amount is still to be paid.
   *[other] { $count } amounts are still to be paid.
}
erasure-hold-credits = We still owe you money. Tell us where to send it.
erasure-hold-payments = A payment is under way.
erasure-hold-refunds = A refund to you is under way.
erasure-hold-endings = You asked to end a policy, and we have not answered yet.
portal-profile-title = Your details
portal-profile-fixed = As on your policies
portal-profile-fixed-text = Something here is wrong? Send us a copy of your ID, or call.
portal-profile-number = Customer number
portal-profile-alt-phone = Second phone number
portal-profile-email-help = Documents are sent here. The address you log in with stays as it is.
portal-profile-language = Pages, mails and new documents come in the language you choose.
portal-profile-preferred-contact = How we reach you best
portal-profile-occupation = Occupation
portal-profile-city = Town
portal-profile-county = County
portal-profile-postal-code = Postal code
portal-contact-email = E-mail
portal-contact-sms = SMS
portal-contact-whatsapp = WhatsApp
portal-contact-phone = Phone call
portal-identifier-ke-national-id = National ID
portal-identifier-ke-kra-pin = KRA PIN
portal-identifier-ke-alien-id = Alien ID
portal-identifier-na-id = ID number
portal-identifier-passport = Passport
portal-identifier-company-registration = Registration number
portal-security-title = Password and devices
portal-security-current-password = Present password
portal-security-new-password = New password
portal-security-change = Change password
portal-security-no-password = You have no password yet. We send a link to { $email }, with which you choose one.
portal-security-send-link = Send the link
portal-phone-title = Log in with your phone
portal-phone-confirmed = { $number } is confirmed. Codes to log in can be sent to it as text messages.
portal-phone-unconfirmed = Confirm your number once, and codes to log in can be sent to it as text messages.
portal-phone-send = Send a code to confirm it
portal-phone-sent = We sent a code to { $to } as a text message.
portal-security-sessions = Where you are logged in
portal-security-this = this device
portal-security-device = Browser
portal-security-end-others = Log out everywhere else

## The second factor
portal-second-factor = Second factor
portal-second-factor-off = Off. With it, nobody gets in who only knows your password: an app on your phone makes a new code every half minute.
portal-second-factor-on = On since { $since }.
portal-second-factor-take = Take a second factor
portal-second-factor-take-lede = You need an app that makes codes. Many password managers do.
portal-second-factor-scan = Scan this with the app
portal-second-factor-picture = QR code of your secret. The same key stands below as text.
portal-second-factor-tap = On this phone? Open it in the app
portal-second-factor-type = Or type this key into the app:
portal-second-factor-code-help = Six digits, as the app shows them now.
portal-second-factor-turn-on = Turn it on
portal-second-factor-remove = Turn it off
portal-flash-second-factor-off = The second factor is off. We told you by mail.
portal-recovery-codes-title = Recovery codes
portal-recovery-codes-lede = Each opens your account once when the phone is gone. Write them down, or keep them where you keep passwords.
portal-recovery-codes-once = They are shown this one time. Earlier codes are worth nothing any more.
portal-recovery-codes-kept = I have kept them
portal-recovery-codes-renew = New recovery codes
portal-recovery-codes-left = { $count ->
    [0] No recovery code is left.
    [one] One recovery code is left.
   *[other] { $count } recovery codes are left.
}
portal-second-step-title = Your second factor
portal-second-step-lede = That was right. Now the code of your app.
portal-second-step-lede-passkey = That was right. Confirm with your passkey, or with a code.
portal-second-step-help = Six digits of your app, or one of your recovery codes.
portal-second-step-lost = Lost the phone and the recovery codes? Call us: we make sure that it is you, and reset your second factor.
portal-confirm-title = Is it you?
portal-confirm-lede = This matters, so we ask once more.
portal-confirm-impossible = Choose a password first: a second factor stands beside it.
portal-flash-password-changed = Your password is changed. You are logged out everywhere else.
portal-flash-link-sent = The link is on its way to your mailbox.
portal-flash-phone-confirmed = The number is confirmed. You can log in with it.
portal-flash-session-ended = Logged out there.
portal-flash-sessions-ended = Logged out everywhere else.

## Narrowing the shelf, and comparing
portal-products-narrow = Narrow down
portal-products-any = Any
portal-products-most = Price up to
portal-products-up-to = Up to { $amount }
portal-products-sort = Order
portal-products-sort-name = By name
portal-products-sort-popular = Most bought first
portal-products-sort-rating = Best rated first
portal-products-sort-price-asc = Lowest price first
portal-products-sort-price-desc = Highest price first
portal-products-widen = remove
portal-products-found = { $count ->
    [one] 1 product
   *[other] { $count } products
}

# The menu over USSD. A screen has 170 letters, names and amounts included.
ussd-menu =
    { $firm }
    1. My policies
    2. Pay
    3. Call me back
    0. End
ussd-stranger =
    { $firm }. We do not know this number yet.
    1. Call me back
    0. End
ussd-bye = Thank you. Goodbye.
ussd-call-back = Thank you. We will call you on this number.
ussd-policies =
    { $list }
    0. Back
ussd-policies-none =
    You have no policy with us at present.
    0. Back
ussd-policy =
    { $product } { $number }
    { $state }, until { $day }
    { $insurer }
    0. Back
ussd-debts =
    What do you want to pay?
    { $list }
    0. Back
ussd-debts-none =
    There is nothing to pay.
    0. Back
ussd-debt =
    { $what }: { $amount }
    1. Ask on this phone
    0. Back
ussd-debt-direct = { $amount } for { $what }. { $way } { $number }, account { $reference }.
ussd-asked = We are asking this phone for { $amount }. Enter your PIN when you are asked.

# Comparing
portal-compare-title = Compare
portal-compare-pick = Compare
portal-compare-chosen = Compare the chosen
portal-compare-help = Choose up to three.
portal-compare-cut = Three fit side by side; the others were left out.
portal-compare-empty-title = Nothing chosen to compare
portal-compare-empty-text = Tick two or three products first. What is no longer sold cannot be compared.
portal-compare-back = Back to all
portal-compare-all = Show everything
portal-compare-only = Show only differences
portal-compare-sheet = As a PDF
portal-compare-sheet-note = A summary of terms and prices on the day above. What the insurer's policy says counts.
portal-compare-open = Open
portal-compare-price = Price
portal-compare-by-risk = Depends on what you insure
portal-compare-terms = Terms
portal-compare-differs = differs
portal-compare-extra = As an extra
portal-compare-up-to = Up to { $amount }
portal-compare-remove = Remove
