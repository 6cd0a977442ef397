//! Papers about money: made once, numbered, mailed when asked for.

use chrono::Days;
use documents::{DocumentKind, DocumentState, register};
use insurance::{billing, cancellations};
use kernel::paging::PageRequest;

use crate::{policies::insured, sale::Sale};

async fn documents_of(sale: &Sale, kind: DocumentKind) -> Vec<documents::Document> {
    let mut tx = sale.own().begin_read().await.unwrap();
    let filter = register::DocumentFilter { kind: Some(kind), ..register::DocumentFilter::default() };
    register::service::list(&mut tx, &filter, &PageRequest::default()).await.unwrap().results
}

#[tokio::test]
async fn an_order_has_one_debit_note_however_often_it_is_asked_for() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A", "KDB 456B"]).await;
    for mail in [false, false, true] {
        let mut tx = sale.staff().begin_write().await.unwrap();
        billing::want_debit_note(&mut tx, order.id, mail).await.unwrap();
        tx.commit().await.unwrap();
        sale.work().await;
    }
    sale.work_again().await;
    let notes = documents_of(&sale, DocumentKind::DebitNote).await;
    assert_eq!(notes.iter().map(|note| (note.number.as_deref(), note.state)).collect::<Vec<_>>(), [(Some("DN-2026-00001"), DocumentState::Current)]);
    let sent = sale.messages.all();
    assert_eq!((sent.len(), sent[0].attachments.len()), (1, 1), "mailed once, when it was asked for");
    assert_eq!(sent[0].subject, "mail-debit-note-subject");
    let mut tx = sale.staff().begin_read().await.unwrap();
    assert_eq!(billing::debit_note(&mut tx, order.id).await.unwrap().unwrap().id, notes[0].id);
}

#[tokio::test]
async fn a_statement_tells_payment_cover_and_what_was_given_back() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    sale.advance_days(40);
    let today = sale.staff().today();
    let mut tx = sale.staff().begin_write().await.unwrap();
    let command = cancellations::Cancel {
        version: 1,
        from: Some(today),
        asked_by: cancellations::AskedBy::Insurer,
        reason: "Withdrawn".into(),
        expected_refund: None,
        pay_back: false,
    };
    cancellations::service::cancel(&mut tx, &sale.shop.law, id, &command).await.unwrap();
    let customer = sale.customer.id.0;
    for (from, to, field) in [(today, today + Days::new(1), "to"), (today, today - Days::new(1), "from"), (today - Days::new(2000), today, "from")] {
        let refused = billing::want_statement(&mut tx, customer, from, to, false).await.unwrap_err();
        assert_eq!(refused.fields[0].field, field);
    }
    billing::want_statement(&mut tx, customer, today - Days::new(60), today, true).await.unwrap();
    tx.commit().await.unwrap();
    sale.work().await;
    sale.work_again().await;
    let made = documents_of(&sale, DocumentKind::Statement).await;
    assert_eq!(made.iter().map(|paper| paper.number.as_deref()).collect::<Vec<_>>(), [Some("ST-2027-00001")]);
    let letters = sale.messages.all().into_iter().filter(|message| message.subject == "mail-statement-subject").count();
    assert_eq!(letters, 1);
}
