# What every page and operation may say, whatever it is about.

## Errors
error-validation-error = Some fields need another look.
error-unauthenticated = Log in first.
error-forbidden = You may not do this.
error-sight-limited = You see only some of the customers, and this is about the money of all of them. Ask a colleague who sees every customer.
error-not-found = This is not here. It may have been moved, or it belongs to another account.
error-malformed = Something in the request was missing or could not be read. Go back and try once more.
error-unsupported-media-type = The request was sent in a form that is not understood here.
error-too-large = What was sent is too large. Files may be up to 10 MB each.
error-form-expired = This form is too old, or it was opened before you logged in or out. Go back, load the page again and send it once more.
error-unavailable = Not reachable right now. Wait a moment and try again.
error-internal = That was our mistake. We have been told; nothing you entered was charged. Try again in a minute.
error-rate-limited = Too many tries. Wait { $retry_after } seconds, then try again.
error-amount-out-of-range = This amount is too large to work with.
error-setting-changed = Somebody else changed these settings meanwhile. Load them again, compare, and save once more.
error-dead-letter-settled = Somebody has dealt with this already.
error-version-required = Say which version you change: send its ETag in the header If-Match.
error-version-changed = This changed since you loaded it. Load it again, compare, and save once more.
error-unknown-host = There is nothing at this address. Check how it is written.
error-tenant-suspended = This business is closed for the moment.
error-portal-not-open = This business has not opened its pages yet.
error-idempotency-key-missing = The header Idempotency-Key is missing.
error-idempotency-key-reused = This request was sent before with other content. Start anew.
error-idempotency-key-running = The same request is still being worked on. Wait a moment.

## Errors beside fields
error-field-required = This is needed.
error-field-invalid = This cannot be right. Check it once more.
error-field-too-long = At most { $max } characters.
error-field-email = This is not an e-mail address.
error-field-phone = This is not a phone number. Write it like 0712 345 678.
error-field-phone-unsupported = Requests cannot be sent to this number. Use a mobile number of this country.
error-field-taken = This is in use already.

## Errors by their kind
error-title-405 = That does not work here
error-text-405 = The page does not take what was sent. Go back and try once more.
error-title-412 = Somebody was quicker
error-text-412 = This changed while you were looking at it. Load it again and compare before you save.
error-title-415 = That file cannot be used
error-text-415 = Send a picture (JPEG, PNG or WebP) or a PDF.
error-title-422 = That could not be accepted
error-text-422 = Something needs another look. Go back and check what you entered.

## Permissions
permission-jobs-dead-letter-read = See background work that was given up
permission-jobs-dead-letter-settle = Try given-up background work again, or dismiss it

## Jobs
job-audit-block-seal = Sealing of the audit
job-kernel-idempotency-purge = Removal of kept answers

## Around pages
brand-licence = Licensed: { $number }
notice-preview = Preview: customers do not see these pages yet.

## Moments
ago-now = just now
ago-minutes = { $count ->
    [one] a minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] an hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] yesterday
   *[other] { $count } days ago
}
in-minutes = { $count ->
    [one] in a minute
   *[other] in { $count } minutes
}
in-hours = { $count ->
    [one] in an hour
   *[other] in { $count } hours
}
in-days = { $count ->
    [one] tomorrow
   *[other] in { $count } days
}

## Months
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
