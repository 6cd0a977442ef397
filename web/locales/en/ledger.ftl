# Words of the ledger: errors, permissions, states, reasons.

## Errors: journal
error-journal-unbalanced = This booking does not balance, so nothing was posted. We have been told.
error-journal-empty = There was nothing to post.
error-journal-out-of-range = An amount is too large to post.
error-journal-already-posted = This was posted before.
error-journal-already-reversed = This entry was reversed before.

## Errors: what is owed
error-receivable-already-opened = This is owed already.
error-receivable-amount-not-positive = The amount must be more than zero.

## Errors: payments
error-payment-already-open = A payment for this is still open. Wait for its result before paying again.
error-payment-method-unavailable = This way to pay is not available now. Choose another one.
error-payment-nothing-owed = Nothing is left to pay here.
error-payment-above-owed = That is more than the { $owed } still to pay.
error-payment-currency-unsupported = This way to pay does not take that currency.
error-payment-amount-below-minimum = The least that can be paid this way is { $min }.
error-payment-amount-above-maximum = The most that can be paid at once this way is { $max }. Pay a part first, or choose another way.
error-payment-amount-not-whole = This way to pay takes multiples of { $unit } only.
error-payment-phone-required = Enter the phone number that pays.
error-payment-phone-unsupported = We cannot ask for money at that number. Enter a mobile number of the country of this payment method.
error-payment-email-required = Enter an e-mail address for this way to pay.
error-payment-not-unknown = Only a payment whose outcome is not known can be settled by hand.
field-phone-unsupported = Not a mobile number that can pay this way
field-receipt-taken = Belongs to another payment

## Errors: receipts and statements
error-receipt-not-open = This receipt was dealt with before.
error-receipt-not-proven = This money stands in no statement yet. Import the statement of its day first.

## Errors: refunds
error-refund-above-credit = That is more than is left of this credit: { $left }.
error-refund-balance-used = The customer's credit has been used meanwhile. { $left } is left.
error-refund-same-person = Somebody else has to approve what you asked for.
error-refund-wrong-state = This refund has moved on meanwhile. Load it again.
error-refund-reference-taken = Another refund was paid under this reference.
error-refund-changed = Somebody else changed this refund meanwhile. Load it again.
refund-paid-in-future = It cannot have been paid on a day to come.
error-statement-unreadable = This file is not a statement that we can read: { $detail }
error-statement-too-long = This file has more than { $max } lines. Download a shorter period.

## Permissions
permission-ledger-payment-read = See payments, credits and reconciliation
permission-ledger-payment-settle = Settle payments, receipts and differences by hand
permission-ledger-pay-link-send = Send customers links to pay by
permission-ledger-taking-take = Take money by hand and say what became of cheques
permission-ledger-taking-approve = Approve money by hand that is above the limit
permission-ledger-refund-request = Ask for refunds to customers
permission-ledger-refund-approve = Approve refunds that others asked for
permission-ledger-refund-pay = Record that refunds were paid
permission-ledger-payout-request = Ask for payouts
permission-ledger-payout-approve = Approve payouts that others asked for
permission-ledger-payout-send = Send payouts, and take the answers of banks
permission-ledger-statement-import = Import statements of payment providers and banks
permission-ledger-cash-close = Count cash, close the day and bring cash to the bank
permission-ledger-cash-approve = Decide on counts of others and reopen closed days
permission-ledger-bank-account-change = Change the firm's bank accounts
permission-ledger-journal-read = See the journal and balances
permission-ledger-receivable-read = See what customers owe

## Jobs
job-ledger-payment-submit = Request for a payment
job-ledger-payment-query = Question about a payment
job-ledger-payment-reconcile = Search for payments without an outcome
job-ledger-payment-reported = Report of a payment
job-ledger-statement-match = Matching of a statement's lines
job-ledger-statement-fetch = Fetching of providers' statements
job-ledger-payment-arrived = Report of money that nobody asked for
job-ledger-payout-carry = Payout through a provider
job-ledger-payout-reported = Report of a payout
job-ledger-payout-resume = Search for payouts without an outcome

# Ways in which money is taken by hand, as receipts name them
taking-method-cash = Cash
taking-method-cheque = Cheque
taking-method-bank-transfer = Bank transfer
taking-method-mobile-money = Mobile money

## States of a payment
payment-state-created = Being sent
payment-state-submitted = Being sent
payment-state-pending = Waiting for the payer
payment-state-received = Paid
payment-state-failed = Not paid
payment-state-expired = Not paid in time
payment-state-unknown = Outcome not known

## Why a payment failed, for staff
payment-failure-cancelled = Cancelled by the payer
payment-failure-insufficient-funds = Not enough money
payment-failure-declined = Declined by the payer's bank
payment-failure-no-answer = Phone not reached, or no answer
payment-failure-wrong-pin = Wrong PIN
payment-failure-limit = Outside the payer's limits
payment-failure-busy = Another request was open
payment-failure-refused = Payer refused by the provider
payment-failure-other = Another reason

## The same for who pays: what happened, and what to do now
payment-failed-cancelled = The request was cancelled on the phone. Pay again when you are ready.
payment-failed-insufficient-funds = There was not enough money in the account. Top it up and pay again, or pay from another number.
payment-failed-declined = The bank declined the payment. Try another card, or pay another way.
payment-failed-no-answer = The phone could not be reached, or nobody answered in time. Check that it is on and has a signal, then pay again.
payment-failed-wrong-pin = The PIN was not right. Pay again and enter it with care: too many wrong PINs may lock it.
payment-failed-limit = The amount is outside what this account may pay at once or in a day. Pay from another number, or try again tomorrow.
payment-failed-busy = Another request to pay was still open. Wait two minutes, then pay again.
payment-failed-refused = Payments from this number are not accepted. Pay from another number, or call us.
payment-failed-other = The payment service could not take the money. Try again in a few minutes; if it fails again, call us.

## What happened to a payment
payment-cause-started = Started
payment-cause-sent = Sent to the provider
payment-cause-answered = Provider answered
payment-cause-asked = Provider was asked
payment-cause-reported = Provider reported
payment-cause-statement = Found in a statement
payment-cause-staff = Settled by hand
payment-cause-reconciler = Found without an outcome

## Proof that money came
payment-proof-answer = Answer of the provider
payment-proof-callback = Report of the provider
payment-proof-query = Confirmed by the provider when asked
payment-proof-statement = Line of a statement
payment-proof-staff = Confirmed by staff

## Codes of our own in a payment's history
payment-code-not-sent = It was never sent
payment-code-not-delivered = The provider could not be reached; it is sent again
payment-code-rerouted = The provider could not take it; the next one is asked
payment-code-over-budget = The plugin may not move more money today
payment-code-no-answer = No answer; it may have arrived
payment-code-expired = Its time was over
payment-code-unsupported = The provider cannot be asked about it
payment-code-misconfigured = The payment method is not set up correctly
payment-code-to-be-confirmed = The provider is asked to confirm
payment-code-other-id = The report names another movement
payment-code-currency-differs = The provider names another currency
payment-code-settled-by-staff = Settled by hand
payment-code-reversed = Taken back by the provider

## Why money bought nothing
credit-reason-amount-differs = Not the amount that was asked for
credit-reason-already-settled = Paid a second time
credit-reason-payable-closed = Came after it was closed
credit-reason-overpaid = More than was still owed
credit-reason-on-account = Paid on account
credit-reason-assigned = Assigned by staff
credit-state-open = To be decided
credit-state-handled = Done
refund-state-due = To be approved
refund-state-approved = To be paid
refund-state-paid = Paid
refund-state-returned = Not paid
refund-method-bank_transfer = Bank transfer
refund-method-cash = Cash
refund-method-mobile_money = Mobile money
refund-method-original = Back by the payment

## Paying without having been asked: numbers that payers type themselves
direct-title = Or pay without a request
direct-text = Send the money yourself with these numbers. It is noted here within minutes of its arrival.
direct-choice = I send the money myself
direct-choice-text = You see the numbers next. Cover begins once the money has arrived.
direct-paybill = Paybill number
direct-till = Till number
direct-bank-account = Bank account
direct-reference = Account number
direct-nameless = This number takes no reference. Tell us the code of your payment, and we note it for you.

## What is owed
receivable-state-open = Open
receivable-state-settled = Paid
receivable-state-closed = Closed

## Accounts
account-clearing = Money at the payment provider
account-bank = Bank
account-commission-receivable = Commission owed by insurers
account-premium-held = Premium held for insurers
account-levy = Levies
account-stamp-duty = Stamp duty
account-customer-credit = Credit of customers
account-commission-income = Commission earned
account-payment-fees = Fees of payment providers
account-rounding = Rounding
account-write-off = Written off
account-clearing-of = { $name } clearing
account-payment-fees-of = { $name } fees
account-premium-held-of = Premium held for { $name }
account-commission-receivable-of = Commission owed by { $name }
account-customer-credit-of = Credit of { $name }

## What an entry of the journal is
journal-payment-received = Payment received
journal-payment-fee = Fee of a payment
journal-payment-reversed = Payment taken back
journal-policy-cancelled = Policy ended early
journal-refund-paid = Refund paid
journal-receipt-assigned = Money given to a customer
journal-policy-issued = Policy issued
journal-statement-fee = Provider's charge
journal-statement-settlement = Transfer to the bank
journal-reversal = Reversal

## Statements
statement-state-waiting = To be matched
statement-state-matched = Agrees
statement-state-difference = Differs
statement-state-void = No money moved
statement-state-resolved = Explained
statement-difference-missing-here = We do not have it
statement-difference-amount-differs = The amount differs
statement-difference-reversed = Taken back at the provider
statement-difference-unexpected = Not caused by us
statement-difference-state-differs = The provider says it did not come
statement-state-unread = Not read
statement-unread-date = It has no day as it was said to be written.
statement-unread-amount = It has no amount that can be read.
statement-unread-form = It is not as the format wants it.
statement-unread-name = It has no id.
statement-missing-at-provider = The provider does not have it
receipt-state-open = To be decided
receipt-state-matched = Belongs to a payment
receipt-state-assigned = Given to a customer
receipt-state-dismissed = Dismissed
