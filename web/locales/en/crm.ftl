# Customers: permissions, messages of failures and of fields.

permission-crm-customer-read = See customers
permission-crm-customer-write = Add and change customers
permission-crm-customer-reveal = See identity numbers in full

error-customer-not-found = There is no such customer.
error-customer-changed = Somebody else changed this customer meanwhile. Load it again, compare, and save once more.
error-customer-type-fixed = An individual cannot become a company, nor the other way round. Make a new customer instead.
error-customer-verified = Name, date of birth and identity numbers of a verified customer change only with a new verification.

error-customer-name-invalid = Use letters, spaces, hyphens and apostrophes only.
error-customer-date-invalid = This is not a possible date of birth. Write it as year-month-day.
error-customer-born-in-future = The date of birth lies in the future.
error-customer-too-young = A customer is at least 18 years old.
error-customer-email-invalid = This is not an e-mail address.
error-customer-phone-invalid = This is not a mobile number. Write it like 0712 345 678.
error-customer-contact-required = Give a mobile number, so that we can reach you.
error-customer-id-invalid = This number does not have the right form.
error-customer-id-kind = This kind of number does not fit this kind of customer.
error-customer-pin-invalid = A KRA PIN is a letter, nine digits and a letter.
error-customer-pin-kind = The PIN of a person begins with A, that of a firm with P.

customer-type-individual = Individual
customer-type-corporate = Company
customer-lifecycle-lead = Lead
customer-lifecycle-prospect = Prospect
customer-lifecycle-customer = Customer
customer-lifecycle-churned = Left
customer-source-portal = Portal
customer-source-walk_in = Walk-in
customer-source-referral = Referral
customer-source-phone = Phone
customer-source-agent = Agent
customer-source-import = Import
customer-kyc-none = Not checked
customer-kyc-pending = Being checked
customer-kyc-verified = Verified
customer-kyc-rejected = Rejected
customer-likeness-identifier = Same identity number
customer-likeness-email = Same e-mail
customer-likeness-phone = Same phone
customer-likeness-name = Same name
consent-data_processing = Use of personal data to arrange insurance
consent-marketing_email = News by e-mail
consent-marketing_sms = News by SMS
consent-marketing_whatsapp = News by WhatsApp
consent-marketing_phone = News by phone
# Requests about personal data
error-privacy-open = You asked for this already.
error-privacy-held = Something still runs or is owed, so your account cannot be deleted yet.
error-privacy-too-late = It is too late to take this back.
mail-copy-subject = Your data are ready to download
mail-copy-text =
    Hello { $name },

    the copy of your data that you asked for is ready. Log in and download it within a week:

    { $url }

    If you did not ask for it, change your password and tell us.

    { $brokerage }
