//! Insurance as a broker does it: the law that adds to a premium, the catalogue of insurers and products, rating, quotes, and what
//! they become: cart, checkout, order, policy. Each slice states its own rules; [`module`] lists what they contribute.

pub mod agreement;
pub mod approvals;
pub mod billing;
mod bundles;
pub mod cancellations;
pub mod cart;
pub mod catalogue;
pub mod checkout;
pub mod collection;
pub mod figures;
pub mod fleet;
pub mod fulfilment;
pub mod insurers;
pub mod law;
pub mod letters;
mod mailing;
pub mod nominations;
pub mod orders;
mod origin;
pub mod papers;
pub mod pay_links;
mod permissions;
mod personal;
pub mod pictures;
pub mod plans;
pub mod policies;
pub mod policy_notes;
pub mod pricing;
pub mod quotes;
pub mod rating;
pub mod remittances;
pub mod reviews;
pub mod saved_quotes;
mod sheets;
pub mod site;
pub mod text;

use std::{sync::Arc, time::Duration};

use kernel::{
    jobs::{JobDef, Schedule, Subscription},
    module::{Module, Permission, Retention},
    routes::Routes,
};

const QUARTER_HOUR: Duration = Duration::from_secs(15 * 60);

/// See [`Module`].
#[must_use]
pub fn module() -> Module {
    let mut routes = Routes::new();
    for slice in [
        catalogue::api::routes(),
        insurers::api::routes(),
        pricing::api::routes(),
        quotes::api::routes(),
        cart::api::routes(),
        checkout::api::routes(),
        orders::api::routes(),
        fleet::api::routes(),
        fulfilment::api::routes(),
        policies::api::routes(),
        cancellations::api::routes(),
        remittances::api::routes(),
        approvals::api::routes(),
        policy_notes::api::routes(),
    ] {
        routes.extend(slice);
    }
    Module {
        name: "insurance",
        permissions: PERMISSIONS,
        routes,
        jobs: vec![
            JobDef::of::<fulfilment::OrderDocuments>(),
            JobDef::of::<fulfilment::PolicyDocuments>(),
            JobDef::of::<fulfilment::ApprovedDocuments>(),
            JobDef::of::<fulfilment::OrderMail>(),
            JobDef::of::<papers::MailPapers>(),
            JobDef::of::<cancellations::CancellationLetter>(),
            JobDef::of::<letters::SendLetter>(),
            JobDef::of::<billing::MakeDebitNote>(),
            JobDef::of::<billing::MakeStatement>(),
            JobDef::of::<fulfilment::PaymentReceipt>(),
            JobDef::of::<fulfilment::ReceiptMail>(),
            JobDef::of::<pay_links::PayLinkMail>(),
            JobDef::of::<quotes::QuoteMail>(),
            JobDef::of::<saved_quotes::jobs::QuoteMail>(),
        ],
        schedules: vec![
            Schedule::every::<orders::jobs::ExpireOrders>(QUARTER_HOUR).for_tenants(orders::jobs::OVERDUE),
            Schedule::every::<policies::jobs::TurnPolicies>(QUARTER_HOUR).for_tenants(policies::jobs::INSURING),
            Schedule::every::<fulfilment::WatchInstalments>(QUARTER_HOUR).for_tenants(fulfilment::LATE),
            Schedule::every::<cancellations::TakeEffect>(QUARTER_HOUR).for_tenants(cancellations::ENDING),
        ],
        subscriptions: vec![
            Subscription::of::<fulfilment::FulfilOrders>(),
            Subscription::of::<fulfilment::ReversedPayments>(),
            Subscription::of::<remittances::RemittancePayouts>(),
        ],
        pack_loaders: vec![catalogue::pack::LOADER],
        retention: RETENTION,
        personal_data: vec![Arc::new(personal::Insurance)],
    }
}

const PERMISSIONS: &[Permission] = &[
    Permission { code: catalogue::READ, sensitive: false },
    Permission { code: catalogue::CHANGE, sensitive: false },
    Permission { code: pricing::PRICE, sensitive: true },
    Permission { code: quotes::READ, sensitive: false },
    Permission { code: quotes::WRITE, sensitive: false },
    Permission { code: orders::READ, sensitive: false },
    Permission { code: orders::PLACE, sensitive: false },
    Permission { code: orders::CONFIRM_RECEIPT, sensitive: true },
    Permission { code: orders::SETTLE_TASK, sensitive: false },
    Permission { code: policies::READ, sensitive: false },
    Permission { code: policies::CERTIFY, sensitive: false },
    Permission { code: policies::CANCEL, sensitive: true },
    Permission { code: approvals::APPROVE, sensitive: true },
    Permission { code: policy_notes::WRITE, sensitive: false },
    Permission { code: remittances::READ, sensitive: false },
    Permission { code: remittances::PAY, sensitive: true },
];

const RETENTION: &[Retention] = &[
    Retention { table: "insurers", keep: "while a policy names it", job: None },
    Retention { table: "insurer_papers", keep: "while the insurer is kept, also those taken off its record", job: None },
    Retention { table: "insurer_contacts", keep: "while the insurer is kept", job: None },
    Retention { table: "product_categories", keep: "while a product is in it", job: None },
    Retention { table: "products", keep: "while a policy names it", job: None },
    Retention { table: "product_versions", keep: "while a quote or policy names it", job: None },
    Retention { table: "product_drafts", keep: "until it is published or discarded; its number while the product is kept", job: None },
    Retention { table: "quotes", keep: "as evidence of advice, as the law of contracts says", job: None },
    Retention { table: "quote_offers", keep: "as the quote", job: None },
    Retention { table: "cart_items", keep: "until it is ordered or taken out", job: None },
    Retention { table: "checkouts", keep: "as the order", job: None },
    Retention { table: "orders", keep: "as the law of contracts and taxes says", job: None },
    Retention { table: "order_lines", keep: "as the order", job: None },
    Retention { table: "policies", keep: "as the law of contracts and insurance says", job: None },
    Retention { table: "policy_terms", keep: "as the policy", job: None },
    Retention { table: "policy_versions", keep: "as the policy", job: None },
    Retention { table: "policy_notes", keep: "as the policy", job: None },
    Retention { table: "nominations", keep: "as the customer, or the policy that it is for", job: None },
    Retention { table: "nominees", keep: "as the nomination", job: None },
    Retention { table: "premium_lines", keep: "as the policy", job: None },
    Retention { table: "cancellations", keep: "as the policy", job: None },
    Retention { table: "cancellation_requests", keep: "as the policy", job: None },
    Retention { table: "document_mails", keep: "as the document", job: None },
    Retention { table: "insurer_agreements", keep: "while the insurer is kept", job: None },
    Retention { table: "remittances", keep: "7 years", job: None },
    Retention { table: "remittance_lines", keep: "as the remittance", job: None },
    Retention { table: "fulfilment_tasks", keep: "as the order", job: None },
    Retention { table: "order_mails", keep: "as the order", job: None },
    Retention { table: "pictures", keep: "as what they are of", job: None },
    Retention { table: "quote_mails", keep: "as the quote", job: None },
    Retention { table: "product_reviews", keep: "until the customer withdraws it", job: None },
    Retention { table: "site_entries", keep: "as the tenant, deleted ones to undo it", job: None },
    Retention { table: "site_pages", keep: "as evidence of what people agreed to", job: None },
];

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::routes::{Access, Face};

    #[test]
    fn routes_join_without_conflict_and_only_name_declared_permissions() {
        let mut module = module();
        let _ = module.routes.router(Face::Api);
        let declared: Vec<&str> = module.permissions.iter().map(|permission| permission.code).collect();
        for route in module.routes.table() {
            if let Access::Staff(permission) = route.access {
                assert!(declared.contains(&permission), "{} {}", route.method, route.path);
            }
        }
    }
}
