//! Who is calling.

use crm::customers::{self, Customer, Kyc};
use identity::users;
use kernel::{AppResult, Scope, phone::Phone};

/// A customer who calls from a number that is proven to be its own.
pub(super) struct Caller {
    pub customer: Customer,
    /// E.164.
    pub phone: String,
}

impl Caller {
    /// None for a number that is nobody's, or several customers', or that nobody has proven: neither a code that was sent to it, nor staff
    /// who have checked the customer's papers.
    pub async fn of(scope: &Scope, phone: &str) -> AppResult<Option<Self>> {
        let Ok(phone) = Phone::parse(phone, &scope.tenant.country) else { return Ok(None) };
        let mut tx = scope.begin_read().await?;
        let found = customers::service::find_by_phone(&mut tx, &phone).await?;
        let [row] = found.as_slice() else { return Ok(None) };
        let customer = customers::service::get(&mut tx, row.id).await?;
        let user = users::find_by_subject(&mut tx, customer.id.0).await?;
        let is_its = |own: Option<&str>| own == Some(phone.as_str());
        let by_code = user.is_some_and(|user| user.phone_verified_at.is_some() && is_its(user.phone.as_deref()));
        let by_papers = customer.kyc == Kyc::Verified && is_its(customer.phone.as_deref());
        Ok((by_code || by_papers).then(|| Self { phone: phone.as_str().to_owned(), customer }))
    }
}
