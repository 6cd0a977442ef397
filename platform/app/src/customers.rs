//! Joins accounts and customers: who registers on a portal becomes a customer of the tenant.

use async_trait::async_trait;
use identity::accounts::NewCustomer;
use kernel::{App, AppResult, TenantTx};
use uuid::Uuid;

/// Implements identity's wish with the crm.
pub struct Customers;

#[async_trait]
impl identity::CustomerRecords for Customers {
    async fn create(&self, app: &App, tx: &mut TenantTx, person: &NewCustomer) -> AppResult<Uuid> {
        let input = crm::customers::CustomerInput {
            first_name: person.name.first.clone(),
            last_name: person.name.last.clone(),
            email: person.email.clone(),
            phone: person.phone.clone().unwrap_or_default(),
            ..Default::default()
        };
        Ok(crm::customers::service::create(tx, &app.sealer, input).await?.id.0)
    }
}
