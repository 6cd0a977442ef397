//! Use cases of bank accounts. The caller commits.

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    money::Currency,
    paging::{Page, PageRequest},
};

use super::{BankAccount, BankAccountId, BankAccountInput, BankAccountState, model::code_of, store};
use crate::reconciliation::formats::Mapping;

/// Adds an account.
///
/// # Errors
/// `validation_error`; `bank_account.number_taken`.
pub async fn create(tx: &mut TenantTx, input: BankAccountInput) -> AppResult<BankAccount> {
    let mut fields = Fields::new();
    let currency = fields.check("currency", Currency::from_code(input.currency.trim()).ok(), "field-invalid");
    let (name, bank) = (fields.text("name", &input.name, 100), fields.text("bank", &input.bank, 100));
    let number = fields.text("number", &input.number, 40);
    fields.finish()?;
    let Some(currency) = currency else { return Err(AppError::field("currency", "field-invalid")) };
    let plain = code_of(&name, currency);
    let mut account = BankAccount {
        id: BankAccountId::new(),
        code: plain.clone(),
        name,
        bank,
        number,
        currency,
        state: input.state.unwrap_or(BankAccountState::Active),
        version: 1,
    };
    for nr in 2..100 {
        if store::insert(tx, &account).await? {
            let change = Change::of("ledger.bank_account.create", "bank_account", account.id.0)
                .set("name", account.name.clone())
                .set("bank", account.bank.clone())
                .set("number", account.number.clone())
                .set("currency", account.currency.code());
            tx.audit(change).await?;
            return Ok(account);
        }
        account.code = format!("{plain}-{nr}");
    }
    Err(AppError::field("name", "field-invalid"))
}

/// Changes name, bank, number and state of an account that still has this version.
///
/// # Errors
/// `not_found`; `validation_error`; `bank_account.changed`; `bank_account.number_taken`.
pub async fn update(tx: &mut TenantTx, id: BankAccountId, version: i32, input: BankAccountInput) -> AppResult<()> {
    let before = get(tx, id).await?;
    let mut fields = Fields::new();
    let after = BankAccount {
        name: fields.text("name", &input.name, 100),
        bank: fields.text("bank", &input.bank, 100),
        number: fields.text("number", &input.number, 40),
        state: input.state.unwrap_or(before.state),
        ..before.clone()
    };
    fields.finish()?;
    store::update(tx, &after, version).await?;
    let change = Change::of("ledger.bank_account.update", "bank_account", id.0)
        .change("name", before.name, after.name)
        .change("bank", before.bank, after.bank)
        .change("number", before.number, after.number)
        .change("state", before.state.as_str(), after.state.as_str());
    tx.audit(change).await
}

/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: BankAccountId) -> AppResult<BankAccount> {
    store::find(tx, id).await?.ok_or_else(AppError::not_found)
}

/// The account that the journal and statements name by this code.
pub async fn find_by_code(tx: &mut ReadTx, code: &str) -> AppResult<Option<BankAccount>> {
    store::find_by_code(tx, code).await
}

/// Accounts, newest first.
pub async fn list(tx: &mut ReadTx, page: &PageRequest) -> AppResult<Page<BankAccount>> {
    store::list(tx, page).await
}

/// How CSV statements of a book are read; none until it was said. A book is a bank account's code or a payment method.
pub async fn mapping(tx: &mut ReadTx, book: &str) -> AppResult<Option<Mapping>> {
    store::mapping(tx, book).await
}

/// Keeps how CSV statements of a book are read.
///
/// # Errors
/// `validation_error`.
pub async fn save_mapping(tx: &mut TenantTx, book: &str, mapping: &Mapping) -> AppResult<()> {
    mapping.check()?;
    let before = store::mapping(tx, book).await?;
    store::upsert_mapping(tx, book, mapping).await?;
    let id = match store::find_by_code(tx, book).await? {
        Some(account) => account.id.0,
        None => tx.tenant_id(),
    };
    let text = |mapping: &Mapping| serde_json::to_string(mapping).unwrap_or_default();
    let change = Change::of("ledger.statement.map", "bank_account", id).set("book", book.to_owned());
    tx.audit(change.change("mapping", before.as_ref().map(text).unwrap_or_default(), text(mapping))).await
}
