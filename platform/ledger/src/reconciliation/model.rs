//! Imports, lines, differences.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{events::EventData, money::Money};
use ports::payment::ProviderState;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::words,
    payments::PaymentId,
    receipts::ReceiptId,
    reference::{self, Reference},
};

kernel::id!(/** Identifies the import of one statement file. */ ImportId);
kernel::id!(/** Identifies a line of a provider's statement. */ StatementLineId);

words! {
    // Lines of orders have states too.
    #[schema(as = StatementLineState)]
    LineState {
        /// Stored, and not judged yet.
        Waiting = "waiting",
        /// The journal moved the same amount.
        Matched = "matched",
        Difference = "difference",
        /// The provider says that no money moved, or not yet.
        Void = "void",
        /// A difference that staff explained.
        Resolved = "resolved",
    }
}

words! {
    /// Why a line does not agree with the journal.
    Difference {
        /// The provider has it, we have not.
        MissingHere = "missing_here",
        AmountDiffers = "amount_differs",
        /// Taken back at the provider; we do not know which payment.
        Reversed = "reversed",
        /// A kind of movement that we did not cause.
        Unexpected = "unexpected",
        /// We hold it received, the provider says that nothing moved.
        StateDiffers = "state_differs",
    }
}

/// A statement was read, and this is how much of it does not agree with the journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatementImported {
    pub import: ImportId,
    pub method: String,
    pub lines_new: i64,
    pub differences: i64,
}

impl EventData for StatementImported {
    const TYPE: &'static str = "statement.imported";
    const AGGREGATE: &'static str = "statement_import";
    fn aggregate_id(&self) -> Uuid {
        self.import.0
    }
}

words! {
    /// What a difference turned out to be, and how it is booked.
    BookAs {
        /// Nothing to book: the reason says it all.
        Explained = "explained",
        /// The bank or provider took it for its service.
        Charge = "charge",
        /// It came from or went to another account of ours, whose statement shows it too.
        Transfer = "transfer",
        /// Cash that was brought to the bank or fetched from it.
        Cash = "cash",
        /// Not ours: it goes back to whoever sent it.
        Returned = "returned",
        /// Commission that an insurer paid.
        Commission = "commission",
        /// What we hold received never came.
        TakenBack = "taken_back",
    }
}

kernel::id!(/** Identifies what staff say of a difference. */ DecisionId);

words! {
    DecisionState {
        /// Above the limit: another person decides.
        ToApprove = "to_approve",
        Done = "done",
        Refused = "refused",
    }
}

words! {
    /// What staff say of a difference, or of money that nobody expected.
    DecidedAs {
        Explained = "explained",
        Charge = "charge",
        Transfer = "transfer",
        Cash = "cash",
        Returned = "returned",
        Commission = "commission",
        TakenBack = "taken_back",
        /// It pays a debt.
        Debt = "debt",
        /// It is a customer's credit.
        Credit = "credit",
    }
}

impl From<BookAs> for DecidedAs {
    fn from(how: BookAs) -> Self {
        match how {
            BookAs::Explained => Self::Explained,
            BookAs::Charge => Self::Charge,
            BookAs::Transfer => Self::Transfer,
            BookAs::Cash => Self::Cash,
            BookAs::Returned => Self::Returned,
            BookAs::Commission => Self::Commission,
            BookAs::TakenBack => Self::TakenBack,
        }
    }
}

impl DecidedAs {
    /// How a line is booked by it; none for what is said of receipts only.
    pub(super) fn of_line(self) -> Option<BookAs> {
        BookAs::from_name(self.as_str())
    }
}

/// What staff say of a line that does not agree, of a payment that its provider has not, or of money that nobody expected.
#[derive(Debug, Clone)]
pub struct Decision {
    pub id: DecisionId,
    pub line: Option<StatementLineId>,
    pub payment: Option<PaymentId>,
    pub receipt: Option<ReceiptId>,
    pub how: DecidedAs,
    pub insurer: Option<Uuid>,
    /// The customer whose credit it is to be.
    pub credit_to: Option<Uuid>,
    /// Reference of the debt that it is to pay.
    pub debt: Option<String>,
    pub reason: String,
    pub amount: Money,
    pub state: DecisionState,
    pub proposed_by: Option<Uuid>,
    pub decided_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Default)]
pub struct DecisionFilter {
    pub state: Option<DecisionState>,
}

/// A payment that we hold received, in a time that statements cover, without a line; with what was said of it.
#[derive(Debug, Clone)]
pub struct MissingPayment {
    pub payment: PaymentId,
    pub customer: Uuid,
    pub method: String,
    pub method_title: String,
    pub reference: String,
    pub receipt: Option<String>,
    pub amount: Money,
    /// When it was paid as far as we know.
    pub at: DateTime<Utc>,
    pub decision: Option<DecisionId>,
    /// Where the decision stands.
    pub decided: Option<DecisionState>,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct MissingFilter {
    pub method: Option<String>,
    /// Those that staff have explained or taken back, instead of those that wait for it.
    pub decided: bool,
}

/// A line that is being imported.
#[derive(Debug, Clone)]
pub(crate) struct NewLine {
    pub id: Uuid,
    pub installation: Uuid,
    pub method: String,
    pub provider_ref: String,
    pub receipt: Option<String>,
    pub kind: String,
    pub provider_state: &'static str,
    pub gross: Money,
    pub fee: Option<Money>,
    pub reference: Option<String>,
    pub counterparty: Option<String>,
    pub occurred_at: DateTime<Utc>,
    pub day: NaiveDate,
    pub settled_on: Option<NaiveDate>,
}

/// What makes a line the same in every file of its book: kind, provider's id, amount.
pub(crate) type Name = (String, String, i64);

impl NewLine {
    pub fn name(&self) -> Name {
        (self.kind.clone(), self.provider_ref.clone(), self.gross.minor)
    }
    /// The ids by which a payment or a debt is looked for: the provider's, and ours if the payer gave one.
    pub fn ids(&self) -> Vec<String> {
        let typed = self.reference.as_deref();
        let reference = typed.and_then(Reference::parse).map(|reference| reference.to_string());
        [Some(self.provider_ref.clone()), self.receipt.clone(), reference, typed.and_then(reference::number)].into_iter().flatten().collect()
    }
}

/// How a line was judged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Judgement {
    pub state: Option<LineState>,
    pub difference: Option<Difference>,
    pub payment: Option<PaymentId>,
    pub receipt: Option<ReceiptId>,
    /// The source of the journal entry that moved the money.
    pub entry: Option<(&'static str, Uuid)>,
    /// The entry that put the money on its way.
    pub clears: Option<Uuid>,
}

impl Judgement {
    pub fn void() -> Self {
        Self { state: Some(LineState::Void), ..Self::default() }
    }
    pub fn matched(entry: (&'static str, Uuid)) -> Self {
        Self { state: Some(LineState::Matched), entry: Some(entry), ..Self::default() }
    }
    /// Whether the line now belongs to something of ours, at which later lines look.
    pub fn is_bound(&self) -> bool {
        self.payment.is_some() || self.entry.is_some() || self.clears.is_some()
    }
    pub fn differs(difference: Difference) -> Self {
        Self { state: Some(LineState::Difference), difference: Some(difference), ..Self::default() }
    }
    pub fn of(self, payment: PaymentId) -> Self {
        Self { payment: Some(payment), ..self }
    }
    pub fn booked_as(self, entry: (&'static str, Uuid)) -> Self {
        Self { entry: Some(entry), ..self }
    }
}

/// A provider's word as stored.
pub(crate) fn provider_state(state: ProviderState) -> &'static str {
    match state {
        ProviderState::Pending => "pending",
        ProviderState::NeedsAction => "needs-action",
        ProviderState::Received => "received",
        ProviderState::Failed => "failed",
        ProviderState::Reversed => "reversed",
    }
}

/// The provider's word of a stored line.
pub(crate) fn stored_state(word: &str) -> ProviderState {
    let all = [ProviderState::NeedsAction, ProviderState::Received, ProviderState::Failed, ProviderState::Reversed];
    all.into_iter().find(|state| provider_state(*state) == word).unwrap_or(ProviderState::Pending)
}

words! {
    /// Why a row of a file was not read.
    Unreadable {
        /// It has no day of the form that was said.
        Date = "date",
        Amount = "amount",
        Form = "form",
        /// Nothing tells the movement from others.
        Name = "name",
    }
}

/// A row of a file that could not be read; the others were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UnreadRow {
    /// Where it stands in the file, from one.
    pub row: u32,
    pub why: Unreadable,
}

/// One imported file.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StatementImport {
    pub id: ImportId,
    pub installation: Uuid,
    pub method: String,
    pub file_name: String,
    pub lines_read: i32,
    /// Lines that no earlier import had.
    pub lines_new: i32,
    /// New ones that are not judged yet.
    pub waiting: i64,
    pub matched: i64,
    /// Not yet resolved.
    pub differences: i64,
    pub covers_from: Option<DateTime<Utc>>,
    pub covers_to: Option<DateTime<Utc>>,
    pub imported_at: DateTime<Utc>,
    pub imported_by: String,
    /// The day that it is of, if it was fetched from the provider.
    pub day: Option<NaiveDate>,
    /// Rows that could not be read: mended, they come with the next import.
    pub unread: Vec<UnreadRow>,
}

/// An import with what we booked in its time and its provider has not.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StatementImportRecord {
    pub import: StatementImport,
    pub missing_at_provider: Vec<MissingAtProvider>,
}

/// A payment that we hold received, in a time that statements cover, without a line.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MissingAtProvider {
    pub payment: PaymentId,
    pub customer: Uuid,
    pub reference: String,
    pub receipt: Option<String>,
    pub amount: Money,
    /// When it was paid as far as we know.
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StatementLineView {
    pub id: StatementLineId,
    pub import: ImportId,
    pub provider_ref: String,
    pub receipt: Option<String>,
    /// payment, refund, payout, fee, settlement, adjustment.
    pub kind: String,
    pub provider_state: String,
    /// Positive: to us.
    pub gross: Money,
    pub fee: Option<Money>,
    pub reference: Option<String>,
    pub counterparty: Option<String>,
    pub occurred_at: DateTime<Utc>,
    pub day: NaiveDate,
    pub state: LineState,
    pub difference: Option<Difference>,
    pub payment: Option<PaymentId>,
    pub unmatched_receipt: Option<ReceiptId>,
    pub resolved_reason: Option<String>,
    /// What another person is to approve.
    pub decision: Option<DecisionId>,
}

#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LineFilter {
    pub state: Option<LineState>,
    pub difference: Option<Difference>,
    pub import: Option<Uuid>,
    /// Of this book.
    pub method: Option<String>,
    pub day: Option<NaiveDate>,
    /// On or after this day.
    pub from: Option<NaiveDate>,
    /// On or before this day.
    pub to: Option<NaiveDate>,
}

#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportFilter {
    pub method: Option<String>,
}

/// One business day of one method: `statement = booked + differences + unexplained`, and unexplained is zero.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DayStatus {
    pub day: NaiveDate,
    pub lines: i64,
    pub matched: i64,
    /// Differences that nobody has resolved.
    pub open_differences: i64,
    /// Sum of all movements in the statement.
    pub statement: Money,
    /// What the clearing account moved for these lines.
    pub booked: Money,
    /// Sum of the differences, resolved ones included.
    pub differences: Money,
    /// Anything but zero is a fault of ours.
    pub unexplained: Money,
    /// Received here on this day, covered by statements, and in none of them.
    pub missing_at_provider: i64,
    /// No open difference, nothing missing, nothing unexplained.
    pub reconciled: bool,
}
