# Signing in, users and roles.

## Passkeys, of staff and customers
passkeys-title = Passkeys
passkeys-lede = A passkey lies on your phone, computer or security key, and opens with your finger, face or PIN. It logs you in without a password, and nobody can trick it out of you.
passkey-add = Add a passkey
passkey-add-lede = Your device asks you to unlock it. Give the passkey a name that tells you which device it is on.
passkey-name = Name
passkey-name-help = Such as: my phone.
passkey-make = Make the passkey
passkey-added = The passkey is added. We told you by mail.
passkey-one = Passkey
passkey-rename = Name of the passkey
passkey-remove = Remove
passkey-remove-lede = It then opens nothing here any more. Delete it on the device too.
passkey-removed = The passkey is removed. We told you by mail.
passkey-last-used = last used
passkey-since = Since { $since }
passkey-used = last used { $at }
passkey-enter-title = Log in with a passkey
passkey-enter-lede = Your device asks you to unlock it.
passkey-use = Use a passkey
passkey-other-way = Log in another way
passkey-failed = The device gave no passkey. Try again, or take another way.
passkey-needs-scripts = Passkeys need JavaScript, which is switched off in your browser.
error-identity-passkey-wrong = That passkey was not accepted, or it took too long. Try again.
error-identity-passkey-known = There is a passkey of this account on that device already.
error-identity-no-passkey = You have no passkey yet. Log in with a code instead.
error-identity-too-many-passkeys = You have as many passkeys as one may have. Remove one first.
mail-identity-phone-confirmed-subject = A phone number was confirmed for your account
mail-identity-phone-confirmed-text =
    Hello { $name },

    from now on, codes to log in to your account with { $company } can be sent to the phone number that was confirmed a moment ago.

    If that was not you, choose a new password now and tell { $company }:
    { $url }
mail-identity-passkey-added-subject = A passkey was added to your account
mail-identity-passkey-added-text =
    Hello { $name },

    from now on, a new passkey opens your account with { $company }. It is asked for beside your password too.

    If that was not you, choose a new password now and tell { $company }:
    { $url }
mail-identity-passkey-removed-subject = A passkey was removed from your account
mail-identity-passkey-removed-text =
    Hello { $name },

    one of the passkeys of your account with { $company } was removed. It opens nothing any more.

    If that was not you, choose a new password now and tell { $company }:
    { $url }

## Errors
error-identity-too-many-attempts = Too many tries. Wait { $retry_after } seconds, then try again.
error-identity-wrong-credentials = The e-mail address or the password is not right. Try again, or choose a new password.
error-identity-suspended = This account is suspended. Ask an administrator of the firm to activate it.
error-identity-wrong-password = Your present password is not right.
error-identity-email-taken = There is an account with this e-mail address already. Log in with it instead.
error-identity-token-invalid = You are not logged in any more. Log in again.
error-identity-token-reused = This session was ended because its token was used twice. Log in again.
error-identity-code-wrong = That code is not right, or it is no longer valid. Check it, or ask for a new one.
error-identity-link-wrong = This link was used already, or it is too old. Ask for a new one.
error-identity-no-sms-channel = Text messages cannot be sent here, so the number stays as you typed it. Verifying it is optional.
error-identity-no-phone = Add a phone number first.
error-identity-last-owner = Somebody has to be the owner. Give the role to another person first.
error-identity-own-account = You cannot suspend yourself. Ask another administrator.
error-identity-more-than-own = That role may do more than you may. Ask the owner to give it.
error-identity-status-unchanged = The account is in this state already.
error-identity-unknown-role = There is no such role.
error-identity-role-name-taken = There is a role of this name already.
error-identity-role-of-owner = The owner may do everything. This role stays as it is.
error-identity-role-held = Somebody holds this role. Give them another one first.
error-identity-role-changed = Somebody else changed the role meanwhile. Look at it again.
error-identity-preview-reads-only = You are looking through another role's eyes, so nothing can be changed. Be yourself again first.
error-identity-second-factor-wrong = That code is not right, or it was used. Wait for the next one of your app, or take a recovery code.
error-identity-second-factor-on = There is a second factor already.
error-identity-second-factor-off = There is no second factor.
error-identity-second-factor-demanded = Your firm asks for a second factor, so it cannot be turned off.
error-identity-log-in-again = The log-in took too long, or too many codes were wrong. Log in again.
error-identity-enrolment-over = That page lay open too long. Begin anew.
error-identity-confirmation-needed = Confirm first that it is you.
error-identity-nothing-to-confirm-with = There is neither a password nor a second factor to confirm with. Choose a password first.

## Errors beside fields
error-password-too-short = Use at least 8 characters.
error-password-too-long = Use at most 128 characters.
error-password-no-digit = Add a digit.
error-password-no-special = Add a character that is neither letter nor digit, such as a space or a dash.
error-password-common = This is one of the passwords that are tried first. Choose another.
error-password-personal = Do not build it from your name, your address or the name of the firm.
error-password-used-before = You have used this password before. Choose a new one.

## Permissions
permission-identity-user-read = See the members of staff
permission-identity-user-invite = Invite members of staff
permission-identity-user-change = Suspend and activate users
permission-identity-activity-inspect = See everything that was changed, and by whom
permission-identity-role-read = See roles and what they may do
permission-identity-role-change = Add, change and remove roles
permission-identity-role-assign = Give roles to members of staff

## Mails
mail-identity-verify-email-subject = { $code } is your code for { $company }
mail-identity-verify-email-text =
    Hello { $name },

    your code is { $code }. Enter it on the page where you opened your account. It is valid for { $minutes } minutes.

    If you did not ask for an account, ignore this mail.
mail-identity-already-registered-subject = You have an account with { $company }
mail-identity-already-registered-text =
    Hello { $name },

    somebody, probably you, tried to open an account with this address. You have one already: log in with it.

    If you forgot the password, choose a new one here:
    { $url }
mail-identity-sign-in-subject = { $code } is your code to log in
mail-identity-sign-in-text =
    Hello { $name },

    your code for { $company } is { $code }. It is valid for { $minutes } minutes.

    Nobody from { $company } will ever ask you for this code. If you did not want to log in, ignore this mail.
mail-identity-reset-password-subject = Choose a new password
mail-identity-reset-password-text =
    Hello { $name },

    choose a new password for { $company } here:
    { $url }

    The link works once and for { $minutes } minutes. If you did not ask for it, ignore this mail: your password stays as it is.
mail-identity-claim-account-subject = Your account with { $company }
mail-identity-claim-account-text =
    Hello { $name },

    choose a password, and you find your policies, receipts and quotes whenever you need them:
    { $url }

    The link works once and for { $days } days.
mail-identity-invitation-subject = { $company } invites you
mail-identity-invitation-text =
    Hello { $name },

    you have been added to the staff of { $company }. Choose a password to log in:
    { $url }

    The link works once and for { $days } days.
mail-identity-password-changed-subject = Your password was changed
mail-identity-password-changed-text =
    Hello { $name },

    the password of your account with { $company } has just been changed. If that was you, there is nothing to do.

    If it was not, choose a new password now:
    { $url }
mail-identity-second-factor-on-subject = Your second factor is on
mail-identity-second-factor-on-text =
    Hello { $name },

    from now on, a code of your app is asked for when you log in to { $company }. Every other device was logged out.

    If that was not you, choose a new password now and tell { $company }:
    { $url }
mail-identity-second-factor-off-subject = Your second factor is off
mail-identity-second-factor-off-text =
    Hello { $name },

    the second factor of your account with { $company } was removed. The password alone is enough to log in.

    If you did not ask for that, choose a new password now, take a second factor again and tell { $company }:
    { $url }
mail-identity-recovery-code-used-subject = A recovery code was used
mail-identity-recovery-code-used-text =
    Hello { $name },

    somebody logged in to { $company } with one of your recovery codes. It is worth nothing any more.

    If that was not you, choose a new password now and make new recovery codes:
    { $url }
mail-identity-sign-in-by-phone-subject = { $code }
mail-identity-sign-in-by-phone-text = { $code } is your code to log in to { $company }. It is valid for { $minutes } minutes. Give it to nobody.
mail-identity-verify-phone-subject = { $code }
mail-identity-verify-phone-text = { $code } is your code for { $company }. It is valid for { $minutes } minutes.

## Jobs
job-identity-challenge-send = Mail or message with a code
job-identity-expired-purge = Removal of expired logins
job-identity-notice-send = Notice about an account
job-identity-registration-send = Mail of a registration
