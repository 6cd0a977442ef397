# Documents: permissions, messages of failures, names of kinds, words on letterheads and on the verification page.

permission-documents-document-read = See and open documents of customers
permission-documents-document-verify = Mark sent documents as checked

error-document-too-many = You keep { $limit } files here, which is the most. Ask us to take in more.
error-document-empty = The file is empty. Choose it once more.
error-document-unsupported = Send a picture (JPEG, PNG or WebP) or a PDF.
error-document-too-large = The file is too large. Send a PDF or a picture of up to 10 MB and 50 megapixels.
error-document-damaged = The picture cannot be read. Take or save it once more.
error-document-infected = A virus was found in this file. Check your device and send another one.
error-document-busy = Many files are being read right now. Try again in a minute.
error-document-kind-not-accepted = Documents of this kind cannot be sent here.
error-document-not-an-upload = Only a file that somebody sent can be marked as checked.
error-document-relied-on = This document was issued by us, or we checked it already. It stays on record.
error-document-too-many-at-once = Choose at most { $limit } documents at once.
error-document-too-large-at-once = These documents are more than { $megabytes } MB together. Choose fewer.
error-document-template-missing = The template { $name } is missing. Restore it from the defaults in the settings.
error-document-template-faulty = The template does not work: { $fault }
error-storage-unavailable = Files cannot be reached right now. Try again in a minute.

document-kind-certificate = Certificate of cover
document-kind-risk_note = Risk note
document-kind-receipt = Receipt
document-kind-cancellation_letter = Letter of cancellation
document-kind-debit_note = Debit note
document-kind-statement = Statement of account
document-kind-remittance_advice = Remittance advice
document-kind-id_copy = Copy of the ID
document-kind-kra_pin = KRA PIN certificate
document-kind-logbook = Logbook
document-kind-valuation_report = Valuation report
document-kind-insurer_document = Document of the insurer
document-kind-photo = Photo
document-kind-other = Other document

document-state-preparing = Being made
document-state-current = Valid
document-state-replaced = Replaced by a newer one
document-state-cancelled = Cancelled
document-state-removed = Taken back
document-state-erased = Deleted
document-state-held = Being scanned
document-state-refused = Refused: a virus was in it

document-licence-brokerage = Licensed insurance broker
document-licence-lender = Licensed lender

verify-genuine = Genuine
verify-cancelled = Cancelled
verify-expired = Expired
verify-unknown = Not known
verify-genuine-text = We issued this document, and it is valid.
verify-cancelled-text = We issued this document and cancelled it. It gives no cover any more.
verify-expired-text = We issued this document. Its period is over.
verify-unknown-text = No document of ours has this code. Compare the code with the print, character by character.
verify-replaced-text = A newer issue of this document exists; what you see here is the newer one.
