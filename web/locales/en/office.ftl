# Back office.
office-login-title = Log in
office-login-lede = { $name }, for staff.
office-login-forgot = Forgot your password?
office-login-passkey = Use a passkey
office-login-remember = Stay logged in on this device
office-preview = Preview
office-open = Open
office-styleguide-title = Style guide
office-record-facts = Details
office-today-title = Today
office-today-numbers = Numbers of the day
office-setup-progress = { $done } of { $all } done
office-preview-notice = Your portal is not open yet.
office-preview-link = What is missing
office-tab-overview = Overview
office-actions = Actions
office-record-price = Price
office-today-empty-title = Nothing to count yet
office-today-empty-text = Numbers appear here for everything that your role lets you see.
office-setup-title = Before your portal opens
office-stat-leads = Leads
office-stat-customers = Customers

## Navigation
office-nav-today = Today
office-nav-customers = Customers

## Getting in
office-forgot-title = Choose a new password
office-forgot-lede = We mail you a link. It works once, for an hour.
office-forgot-sent-title = Look into your mail
office-forgot-sent-text = If there is an account with this address, the link is on its way. Nothing after five minutes? Look into the spam folder, then try again.
office-forgot-back = Back to logging in
office-password-title = Choose your password
office-password-lede = You are logged in right after.
office-password-help = At least 8 characters, one of them a digit and one neither letter nor digit. A sentence is easiest to remember.
office-password-chosen = Your new password is set, and you are logged in.

## One's own account
office-profile-title = Your profile
office-profile-phone-help = For your colleagues. Customers do not see it.
office-security-title = Password and devices
office-security-password = Password
office-security-current-password = Present password
office-security-new-password = New password
office-security-change = Change the password
office-security-changed = Your password is changed, and every other device is logged out.
office-security-sessions = Where you are logged in
office-security-device = Device
office-security-device-unknown = Unknown device
office-security-address = Address
office-security-last-seen = Last seen
office-security-since = Since
office-security-this = This device
office-security-end = Log out
office-security-end-others = Log out everywhere else
office-security-ended = Logged out there.

## What happened
office-changes-empty-title = No changes yet
office-changes-empty-text = Whoever changes this record is listed here, with the value before and after.
office-changes-when = When
office-changes-who = Who
office-changes-what = What
office-changes-field = Field
office-changes-before = Before
office-changes-after = After
office-actor-visitor = A visitor of the portal
office-actor-user = A user
office-actor-system = Wakala
audit-crm-customer-create = Customer added
audit-crm-customer-update = Customer changed
audit-crm-consent-record = Consent recorded

## Customers
office-customers-title = Customers
office-customers-new = New customer
office-customers-edit = Change customer
office-customers-made = The customer is added.
office-customers-search = Name, phone, e-mail or customer number
office-customers-stage = Stage
office-customers-kyc = Identity check
office-customers-kind = Kind
office-customers-person = Person
office-customers-firm = Company
office-customers-contact = Contact
office-customers-relationship = Relationship
office-customers-notes-help = For staff only.
office-customers-sealed-help = Stored under seal and never shown. Leave empty to keep the present one.
office-customers-empty-title = No customers yet
office-customers-empty-text = Add the first one. Whoever buys on your portal appears here without your doing.
office-customers-alike = May be the same customer
office-customers-duplicates = { $count ->
    [one] One other customer may be the same. Compare before you go on.
   *[other] { $count } other customers may be the same. Compare before you go on.
}
office-customers-consents = Consents
office-consent-given = Given
office-consent-withdrawn = Withdrawn
state-customer-lead = Lead
state-customer-prospect = Prospect
state-customer-customer = Customer
state-customer-churned = Left
state-kyc-none = Not checked
state-kyc-pending = Being checked
state-kyc-verified = Verified
state-kyc-rejected = Rejected
contact-email = E-mail
contact-sms = SMS
contact-whatsapp = WhatsApp
contact-phone = Phone call
gender-female = Female
gender-male = Male
gender-other = Other
identifier-ke-national-id = National ID
identifier-ke-kra-pin = KRA PIN
identifier-ke-alien-id = Alien card
identifier-na-id = Identity number
identifier-passport = Passport
identifier-company-registration = Registration of the company
