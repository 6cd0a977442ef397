//! Whose statements are imported: payment methods on offer, methods by which money came once, and the brokerage's bank accounts. Each
//! is a book with an account in the journal, and all books are reconciled alike.

use kernel::{App, AppError, AppResult, Scope, paging::PageRequest};
use ports::payment::{PaymentGateway, PaymentMethod};

use super::store;
use crate::{
    bank_accounts::{self, BankAccountState},
    payments::PaymentError,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookKind {
    /// A live installation offers the method, and its plugin reads the provider's own files.
    Offered,
    /// Money came by it before; nobody offers it now.
    Former,
    /// An account of the brokerage at a bank.
    Bank,
}

#[derive(Debug, Clone)]
pub struct Book {
    pub kind: BookKind,
    /// The method, or the bank account in the shape of one.
    pub method: PaymentMethod,
    /// The account's number; empty for methods.
    pub number: String,
}

/// Every book whose statements may be imported: bank accounts in use first, then methods. A method that several installations offer is
/// one book.
///
/// # Errors
/// Those of the database and the port.
pub async fn books(app: &App, scope: &Scope) -> AppResult<Vec<Book>> {
    let mut books: Vec<Book> = Vec::new();
    for book in all(app, scope).await? {
        if !books.iter().any(|known| known.method.method == book.method.method) {
            books.push(book);
        }
    }
    Ok(books)
}

/// The same, a method as often as it is offered.
async fn all(app: &App, scope: &Scope) -> AppResult<Vec<Book>> {
    let offered = app.port::<dyn PaymentGateway>()?.methods(scope).await?;
    let mut tx = scope.begin_read().await?;
    let accounts = bank_accounts::list(&mut tx, &PageRequest { page_size: Some(100), ..PageRequest::default() }).await?;
    let mut books: Vec<Book> = accounts
        .results
        .into_iter()
        .filter(|account| account.state == BankAccountState::Active)
        .map(|account| Book { kind: BookKind::Bank, method: account.as_method(), number: account.number })
        .collect();
    books.extend(offered.into_iter().map(|method| Book { kind: BookKind::Offered, method, number: String::new() }));
    for method in store::methods_once_used(&mut tx).await? {
        if !books.iter().any(|book| book.method.method == method.method) {
            books.push(Book { kind: BookKind::Former, method, number: String::new() });
        }
    }
    Ok(books)
}

/// The book of this code. A closed bank account still has its last statements.
///
/// # Errors
/// `payment.method_unavailable`.
pub async fn find(app: &App, scope: &Scope, code: &str) -> AppResult<Book> {
    named(app, scope, code).await?.into_iter().next().ok_or_else(|| PaymentError::MethodUnavailable.into())
}

/// The books of this code: one for each installation that offers the method.
///
/// # Errors
/// `payment.method_unavailable` if there is none.
pub(super) async fn named(app: &App, scope: &Scope, code: &str) -> AppResult<Vec<Book>> {
    let found: Vec<Book> = all(app, scope).await?.into_iter().filter(|book| book.method.method == code).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let mut tx = scope.begin_read().await?;
    let closed = bank_accounts::find_by_code(&mut tx, code).await?;
    let closed = closed.map(|account| Book { kind: BookKind::Bank, method: account.as_method(), number: account.number });
    closed.map(|book| vec![book]).ok_or_else(|| AppError::from(PaymentError::MethodUnavailable))
}
