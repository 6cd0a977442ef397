# Insurance: permissions, messages of failures and of fields, words of quotes.

permission-insurance-catalogue-read = See insurers and products
permission-insurance-catalogue-change = Change insurers, withdraw products and put them back
permission-insurance-quote-read = See quotes
permission-insurance-quote-write = Make quotes for customers

error-product-not-found = There is no such product.
error-product-withdrawn = This product is no longer sold. Compare the others instead.
error-category-not-found = There is no such category.
error-insurer-not-found = There is no such insurer.
error-insurer-changed = Somebody else changed this insurer meanwhile. Load it again, compare, and save once more.
error-insurer-contact-not-found = There is no such contact.
error-insurer-email-invalid = This is not an e-mail address.
error-insurer-website-invalid = Write the whole address, beginning with https://

error-quote-not-found = There is no such quote.
error-quote-expired = This quote was valid until { $date }. Ask again with the same answers to get today's price.
error-quote-nothing-for-sale = Nothing is on sale here at the moment.
error-quote-declined = This insurer does not take this risk. Choose another offer.
error-quote-unknown-add-on = The product does not offer the extra { $add_on }.
error-quote-too-many-products = Ask for at most 20 products at once.
error-quote-mixed-categories = The products belong to different categories. Ask for each category by itself.
error-quote-asked = Name either a category or some products.

error-quote-answer-one-of = Give the number plate, or the chassis number while there is no plate.
error-quote-answer-too-long = This is too long.
error-quote-answer-plate = This is not a number plate. Write it like KDA 123A.
error-quote-answer-chassis = A chassis number has 6 to 17 letters and digits.
error-quote-answer-money = Write a sum, like 1,500,000.
error-quote-answer-number = Write a whole number.
error-quote-answer-too-small = This is too low.
error-quote-answer-too-large = This is too high.
error-quote-answer-date = This is not a possible date. Write it as year-month-day.
error-quote-answer-choice = Choose one of the answers.
error-quote-answer-unknown = No product asks for this.

quote-decline-vehicle-too-old = The insurer takes cars up to { $limit } years old.
quote-decline-sum-too-low = The insurer insures sums from { $limit }.
quote-decline-sum-too-high = The insurer insures sums up to { $limit }.
quote-decline-use-not-accepted = The insurer does not take your answer to “{ $question }”.
quote-decline-age-not-accepted = The insurer takes people aged { $limit }.
quote-decline-number-not-accepted = The insurer takes { $limit } for “{ $question }”.

product-state-active = On sale
product-state-withdrawn = Withdrawn
insurer-state-active = Active
insurer-state-inactive = Not active
catalogue-sample = Sample rates: not the insurer's
quote-line-premium = Premium
quote-line-add_on = Extra
quote-line-loading = Loading
quote-line-discount = Discount
quote-line-levy = Levy
quote-line-duty = Duty
quote-line-rounding = Rounding
