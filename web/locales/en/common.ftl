# Words that every face shares. Keys: area, thing, detail.

## Form
form-optional = (optional)
form-errors = { $count ->
    [one] One thing needs another look
   *[other] { $count } things need another look
}
form-choose = Choose one
form-unsaved = Not saved yet

## Buttons
button-save = Save
button-saving = Saving…
button-cancel = Cancel
button-close = Close
button-continue = Continue
button-back = Back
button-edit = Edit
button-delete = Delete
button-add = Add
button-remove = Remove
button-undo = Undo
button-send = Send
button-sending = Sending…
button-search = Search
button-upload = Upload
button-uploading = Uploading…
button-download = Download
button-print = Print
button-retry = Try again
button-confirm = Confirm
button-approve = Approve
button-reject = Reject
button-assign = Assign
button-export = Export
button-import = Import
button-log-in = Log in
button-logging-in = Logging in…
button-log-out = Log out
button-start = Start
button-finish = Finish
button-more = More
button-view = View
button-renew = Renew
button-pay = Pay
button-paying = Sending the request…
button-copy = Copy
button-new = New

copied = Copied
copy-codes = Copy all codes
copy-value = Copy { $value }
step-done = (done)
yes = Yes
no = No
none = None
unknown = Not known
all = All
from = From
to = To
total = Total
today = Today
yesterday = Yesterday
tomorrow = Tomorrow
required = Required

## Finding one's way
nav-skip = Skip to the content
nav-main = Main
nav-menu = Menu
nav-tabs = Your places
nav-account = Your account
nav-crumbs = Where you are
nav-notifications = Notifications
nav-security = Password and devices
nav-search = Search everything
nav-search-hint = Search people, policies, plates, payments
nav-unread = { $count ->
    [0] Notifications
    [one] One unread notification
   *[other] { $count } unread notifications
}
nav-language = Language
# What the language calls itself.
language-name = English

## Keys
keys-title = Keys
keys-search = Search
keys-move = Next and previous row
keys-open = Open the row
keys-choose = Choose the row
keys-edit = Edit
keys-create = Create
keys-next = Next page
keys-list = Show this list

## Lists
list-views = Views
list-apply = Apply
list-export = Export
list-remove-filter = Remove this filter
list-clear = Clear all
list-select = Choose
list-select-all = Choose all rows on this page
list-select-row = Choose { $name }
list-with-chosen = With the chosen rows
list-chosen = { $count } chosen
list-count = { $count ->
    [0] Nothing found
    [one] 1 row
   *[other] { $count } rows
}
list-count-more = More than { $count } rows
list-pages = Pages
list-previous = Previous
list-next = Next

# Lists as a tool: filters, views, columns, files, and acts on chosen rows
list-more-filters = More filters
list-from = From
list-to = To
list-rows = Rows
list-sizes = Rows a page
list-choose-all = All { $count } rows that match
list-export-csv = As CSV
list-export-xlsx = As Excel file
list-columns = Columns
list-columns-reset = As they were
list-columns-saved = The columns are as you want them.
list-column-up = Move { $name } up
list-view-all = Everything
list-view-save = Save as a view
list-view-update = Save the changes
list-view-name = Name of the view
list-view-share = The whole team sees it
list-view-default = Begin with this view
list-view-no-default = No longer begin with it
list-view-edit = Rename or share
list-view-delete = Delete the view
list-view-saved = The view is saved.
list-view-deleted = The view is deleted.
list-view-restored = The view is back.
list-view-refused = The view needs a name of at most 60 characters.
list-view-taken = You have another view of this name.
list-view-too-much = This search is too long to be saved.
list-view-too-many = You keep 30 views of this list. Delete one first.
list-batch-result = Done: { $done }. Refused: { $refused }.
list-batch-done = Done
list-batch-refused = Refused
list-batch-empty-title = No rows were chosen
list-batch-empty-text = Go back to the list and choose at least one.

list-empty-title = Nothing here yet
list-empty-search-title = Nothing matches
list-empty-search-text = Try fewer words, another spelling, or clear the filters.
record-parts = Parts of this record
record-timeline = What happened
record-audit = Changes
record-related = Related
record-next = Next step

## Fields that many forms share
field-name = Name
field-full-name = Full name
field-first-name = First name
field-last-name = Last name
field-email = E-mail
field-phone = Phone number
field-phone-help = For questions about your cover. You may pay from another phone.
field-password = Password
field-password-help = At least 8 characters, with a digit and a character that is neither letter nor digit. A sentence is easiest to remember.
field-code = Code
field-id-number = National ID number
field-tax-pin = KRA PIN
field-address = Address
field-town = Town
field-country = Country
field-date = Date
field-date-of-birth = Date of birth
field-amount = Amount
field-currency = Currency
field-note = Note
field-reason = Reason
field-status = Status
field-owner = Responsible
field-created = Created
field-updated = Last changed
field-number = Number
field-gender = Gender
field-occupation = Occupation
field-id-type = Kind of identity document
field-company-name = Name of the company
field-registration-number = Registration number
field-industry = Industry
field-alt-phone = Second phone number
field-preferred-contact = Preferred way to be contacted
field-county = County
field-postal-code = Postal code
field-source = How they found you
field-notes = Notes
field-file = File
field-file-help = A photo or PDF, up to 10 MB.

## States
state-draft = Draft
state-open = Open
state-new = New
state-active = Active
state-pending = Waiting
state-submitted = Sent
state-received = Received
state-paid = Paid
state-unpaid = Not paid
state-part-paid = Paid in part
state-overdue = Overdue
state-failed = Did not go through
state-expired = Expired
state-cancelled = Cancelled
state-lapsed = Lapsed
state-renewal-due = Renewal due
state-approved = Approved
state-rejected = Rejected
state-closed = Closed
state-settled = Settled
state-unknown = Being checked
state-done = Done
state-in-progress = In progress
state-suspended = Suspended
state-archived = Archived
state-healthy = Working
state-degraded = Slow
state-down = Not working
state-test = Test mode
state-live = Live

## Messages after an action
flash-saved = Saved.
flash-deleted = Deleted.
flash-sent = Sent.
flash-undone = Undone.

## Errors: what happened, and the way forward
error-title-400 = That request was not complete
error-text-400 = Something in the link or form was missing. Go back and try once more.
error-title-401 = Please log in
error-text-401 = This page is for people with an account. After logging in you come back here.
error-title-403 = You may not open this
error-text-403 = Your role does not include it. An administrator of your firm can change that.
error-title-404 = We cannot find that page
error-text-404 = The link may be old, or it belongs to another account.
error-title-409 = Somebody was quicker
error-text-409 = This changed while you were looking at it. Load it again and compare before you save.
error-title-413 = That file is too large
error-text-413 = Files may be up to 10 MB. A photo taken at a lower resolution is fine.
error-title-429 = Too many tries
error-text-429 = Please wait a moment, then try again.
error-title-500 = That was our mistake
error-text-500 = We have been told. Nothing you entered was charged. Try again, or contact us with the number below.
error-title-503 = We are not reachable right now
error-text-503 = Usually this takes less than a minute. This page tries again by itself.
error-reference = Reference
error-home = Go to the start page
error-back = Go back
error-contact = Contact us

offline-title = You are offline
offline-text = Policies and documents that you opened before can still be read. Everything else needs a connection.
offline-policies = My saved policies

## Moments
moment-now = just now
