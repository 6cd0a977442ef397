# Opening a business, and its settings.

## Errors
error-tenancy-code-wrong = That code is not right, or it is no longer valid. Check it, or ask for a new one.
error-tenancy-too-many-codes = We have sent several codes to this address. Look in your mailbox, also among unwanted mail, or try again in an hour.
error-tenancy-slug-taken = This address is taken. How about { $suggestion }?
error-tenancy-not-verified = Enter the code from your mailbox first.
error-tenancy-mail-unavailable = The mail with your code could not be sent. Nothing is lost: ask for a new code in a minute.
error-tenancy-no-licence = Enter your licence number first.
error-tenancy-no-collection-mode = Decide first who collects premium: you or the insurer.
error-tenancy-not-preview = This account is suspended or closed. Contact us to have it opened.
error-tenancy-logo-not-png = This picture cannot be read. Use a PNG, JPEG or WebP file.
error-tenancy-logo-too-large = The logo is too large. Use at most 2000 pixels on each side.

## Errors beside fields
error-slug-malformed = Use 3 to 40 letters, digits and single hyphens.
error-slug-reserved = This address is kept for the platform. Choose another.
error-slug-taken = This address is taken.
error-sign-up-not-offered = This kind of business is not offered in this country yet.
error-field-email-refused = The mail server does not know this address.
error-field-website = Enter an address such as https://example.com.
error-field-websites = Enter at most six addresses such as https://example.com, one a line.
error-field-colour = Enter a colour as # and six digits, such as #0b5c4d.

## Permissions
permission-tenancy-settings-read = See the settings of the firm
permission-tenancy-settings-change = Change company details, contact and brand
permission-tenancy-portal-open = Open the portal to the public
permission-tenancy-legal-change = Write and publish terms, privacy and the other pages about the firm

## Onboarding
onboarding-company = Company details
onboarding-company-detail = Name, e-mail address, phone number and postal address, as documents show them.
onboarding-licence = Licence number
onboarding-licence-detail = As the regulator writes it. The portal does not open without it.
onboarding-collection-mode = Who collects premium
onboarding-collection-mode-detail = You, or the insurer. Payments and the start of cover follow it.
onboarding-brand = Logo and colour
onboarding-brand-detail = Your portal, mails and documents carry them.
onboarding-payment = A way to pay
onboarding-payment-detail = Switch on a payment plugin, try it in test mode, then go live.
onboarding-staff = Colleagues
onboarding-staff-detail = Invite those who work with you and give each a role.

## Mails
mail-tenancy-from = Wakala
mail-tenancy-sign-up-code-subject = { $code } is your code
mail-tenancy-sign-up-code-text =
    Hello { $name },

    your code to open your business is { $code }. It is valid for { $minutes } minutes.

    If you did not ask for it, ignore this mail.
