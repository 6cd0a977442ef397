# The customer's pages.
portal-home-title = Insurance, priced while you wait
portal-home-lede = Compare licensed insurers, see every levy in the price, and have your certificate on your phone minutes after paying.
portal-home-description = Compare insurance from licensed insurers, pay by phone and receive the certificate at once.
portal-kind-motor = Car
portal-kind-bike = Motorcycle
portal-kind-medical = Medical
portal-kind-more = More
portal-kinds = What would you like to insure?
portal-quote-title = See your price
portal-quote-plate = Number plate
portal-quote-plate-help = Or the chassis number of a new car.
portal-quote-value = What the car is worth today
portal-quote-use = How you use it
portal-quote-cover = Cover
portal-quote-submit = See prices
portal-quote-submitting = Asking insurers…
portal-quote-promise = No phone number needed to see prices.
portal-trust-licensed = Licensed broker
portal-trust-insurers = { $count } insurers compared
portal-trust-certificate = Digital certificate at once
portal-how-title = How it works
portal-how-1-title = Tell us about the car
portal-how-1-text = Plate, value and use. Three fields, half a minute.
portal-how-2-title = Compare and choose
portal-how-2-text = Each price is complete: levies, stamp duty and what is not covered.
portal-how-3-title = Pay by phone, drive insured
portal-how-3-text = Confirm with your PIN. Certificate and receipt come by SMS and e-mail.
portal-products-title = Everything we insure
portal-products-from = from { $amount }
portal-products-all = All products

portal-offers-title = { $count ->
    [0] No insurer offers this cover
    [one] One price for { $name }
   *[other] { $count } prices for { $name }
}
portal-offers-lede = Sorted by price. Each includes all levies and is valid until { $date }.
portal-offers-change = Change details
portal-offers-choose = Choose
portal-offers-compare = Compare
portal-offers-why = What is in this price
portal-offers-excess = You pay first
portal-covered = What is covered
portal-not-covered = What is not
portal-price-year = for a year
portal-price-total = You pay
portal-price-explain = Tap a line to see how it is worked out.
portal-buy = Buy this cover
portal-addons = Add to your cover
portal-addons-update = Update the price
portal-documents = Read before you buy
portal-insurer = Insurer

portal-checkout-title = Your details
portal-checkout-steps = Steps of your purchase
portal-checkout-step-details = Details
portal-checkout-step-start = Start
portal-checkout-step-pay = Pay
portal-checkout-step-done = Certificate
portal-checkout-consent = I agree that { $name } uses these details to arrange my insurance.
portal-checkout-start = Cover starts on
portal-checkout-continue = Continue to payment
portal-checkout-summary = Your cover
portal-checkout-safe = You are charged only after you confirm on your phone.

portal-wait-title = Enter your PIN on { $phone }
portal-wait-text = We have sent a request to your phone. Enter your PIN there to confirm.
portal-wait-checking = This page changes by itself. Do not pay again while we are checking.
portal-wait-refresh = Check now
portal-wait-help = Nothing on your phone?
portal-wait-help-1 = Unlock the phone: the request may be waiting behind the lock screen.
portal-wait-help-2 = Make sure it has network and enough balance.
portal-wait-help-3 = After two minutes you can send the request again or pay another way.
portal-wait-again = Send the request again
portal-wait-other = Pay another way
portal-wait-reference = Your reference
portal-wait-late-title = We are still checking
portal-wait-late-text = The answer is taking longer than usual. If you entered your PIN, the money is safe: we finish the purchase as soon as it is confirmed and send you an SMS. Do not pay again.
portal-wait-failed-title = The payment did not go through
portal-wait-failed-text = Nothing was taken. { $reason }
portal-wait-paid-title = Paid. You are insured.
portal-wait-paid-text = Certificate and receipt were sent to { $phone }.
portal-wait-certificate = Open certificate
portal-wait-receipt = Receipt

portal-account-title = Hello { $name }
portal-account-policies = Your policies
portal-account-claims = Your claims
portal-account-empty-title = No policies yet
portal-account-empty-text = When you buy cover it appears here, with its certificate and every receipt.
portal-account-certificate = Certificate
portal-account-claim = Report a claim
portal-account-renew = Renew
portal-account-until = Valid until { $date }
portal-account-number = Policy { $number }
portal-account-see-price = See a price

portal-login-title = Log in
portal-login-lede = With the phone number or e-mail of your policy.
portal-login-identifier = Phone number or e-mail
portal-login-forgot = Forgot your password?
portal-login-code = Log in with a code instead
portal-login-new = New here?
portal-login-register = Create an account
portal-code-title = Enter the code
portal-code-text = We sent { $digits } digits to { $to }. They are valid for { $minutes } minutes.
portal-code-again = Send a new code
