//! Where documents lie below a tenant's prefix of the object store.

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use crate::{
    images::ContentType,
    register::{DocumentId, DocumentKind},
};

/// `certificates/2026/11/{id}.pdf`, `receipts/2026/11/{id}.pdf`
pub(crate) fn issued(kind: DocumentKind, id: DocumentId, on: NaiveDate) -> String {
    let folder = match kind {
        DocumentKind::Certificate | DocumentKind::RiskNote => "certificates",
        DocumentKind::Receipt => "receipts",
        _ => "letters",
    };
    format!("{folder}/{}/{:02}/{id}.pdf", on.year(), on.month())
}

/// `user_documents/{customer}/{id}.jpg`
pub(crate) fn uploaded(customer: Uuid, id: DocumentId, content_type: ContentType) -> String {
    format!("user_documents/{customer}/{id}.{}", content_type.extension())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issued_documents_lie_by_month_and_uploads_by_customer() {
        let id = DocumentId(Uuid::from_u128(7));
        let on = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();
        assert_eq!(issued(DocumentKind::RiskNote, id, on), format!("certificates/2026/03/{id}.pdf"));
        assert_eq!(issued(DocumentKind::Receipt, id, on), format!("receipts/2026/03/{id}.pdf"));
        assert_eq!(uploaded(Uuid::from_u128(1), id, ContentType::Jpeg), format!("user_documents/{}/{id}.jpg", Uuid::from_u128(1)));
    }
}
