//! What stands on the portal beside products: in its order, as drafts and published, deleted and brought back.

use std::collections::BTreeMap;

use insurance::{
    site::{Direction, EntryId, EntryInput, EntryKind, EntryState, PageCode, PageInput, entries, featured, pages},
    text::LocalText,
};
use kernel::{Scope, TenantTx};

use crate::shop::{self, Shop};

fn words(en: &str, sw: &str) -> LocalText {
    LocalText(BTreeMap::from([("en".to_owned(), en.to_owned()), ("sw".to_owned(), sw.to_owned())]))
}

async fn ask(shop: &Shop, question: &str) -> EntryId {
    let mut tx = staff(shop).begin_write().await.unwrap();
    let input = EntryInput { heading: LocalText::en(question), body: LocalText::en("Yes.") };
    let entry = entries::create(&mut tx, EntryKind::Question, None, input).await.unwrap();
    tx.commit().await.unwrap();
    entry.id
}

fn staff(shop: &Shop) -> Scope {
    shop.world.staff(&shop.tenant)
}

async fn shown(shop: &Shop) -> Vec<String> {
    let mut tx = shop.world.visitor(&shop.tenant).begin_read().await.unwrap();
    entries::published(&mut tx, EntryKind::Question).await.unwrap().iter().map(|entry| entry.heading.get("en").to_owned()).collect()
}

async fn write<T>(shop: &Shop, change: impl AsyncFnOnce(&mut TenantTx) -> T) -> T {
    let mut tx = staff(shop).begin_write().await.unwrap();
    let done = change(&mut tx).await;
    tx.commit().await.unwrap();
    done
}

#[tokio::test]
async fn visitors_see_what_is_published_in_the_order_that_staff_gave_it() {
    let shop = shop::open().await;
    let (first, second, third) = (ask(&shop, "One?").await, ask(&shop, "Two?").await, ask(&shop, "Three?").await);
    assert!(shown(&shop).await.is_empty(), "drafts are nobody's");
    for id in [first, second, third] {
        write(&shop, async |tx| entries::set_state(tx, id, EntryState::Published).await.unwrap()).await;
    }
    write(&shop, async |tx| entries::shift(tx, third, Direction::Up).await.unwrap()).await;
    assert_eq!(shown(&shop).await, ["One?", "Three?", "Two?"]);
    write(&shop, async |tx| entries::shift(tx, first, Direction::Up).await.unwrap()).await;
    assert_eq!(shown(&shop).await, ["One?", "Three?", "Two?"], "the first stays the first");
}

#[tokio::test]
async fn a_deleted_entry_is_gone_until_it_is_brought_back_as_it_was() {
    let shop = shop::open().await;
    let id = ask(&shop, "One?").await;
    write(&shop, async |tx| entries::set_state(tx, id, EntryState::Published).await.unwrap()).await;
    write(&shop, async |tx| entries::delete(tx, id).await.unwrap()).await;
    assert!(shown(&shop).await.is_empty());
    write(&shop, async |tx| entries::restore(tx, id).await.unwrap()).await;
    assert_eq!(shown(&shop).await, ["One?"]);
}

#[tokio::test]
async fn a_wording_is_whole_in_every_language_and_never_written_over_another() {
    let shop = shop::open().await;
    let id = ask(&shop, "One?").await;
    let half = EntryInput { heading: words("One?", "Moja?"), body: LocalText::en("Yes.") };
    let error = entries::update(&mut staff(&shop).begin_write().await.unwrap(), id, 1, half).await.unwrap_err();
    assert_eq!(error.fields.iter().map(|field| &*field.field).collect::<Vec<_>>(), ["body"]);
    let whole = || EntryInput { heading: words("One?", "Moja?"), body: words("Yes.", "Ndiyo.") };
    write(&shop, async |tx| entries::update(tx, id, 1, whole()).await.unwrap()).await;
    let late = EntryInput { heading: LocalText::en("Other?"), body: LocalText::en("No.") };
    assert!(entries::update(&mut staff(&shop).begin_write().await.unwrap(), id, 1, late).await.unwrap_err().is("site.entry_changed"));
}

#[tokio::test]
async fn a_question_of_a_product_stands_on_its_page_alone() {
    let shop = shop::open().await;
    let product = shop.product("apa-private-comprehensive").await.id;
    let id = write(&shop, async |tx| {
        let input = EntryInput { heading: LocalText::en("Is theft covered?"), body: LocalText::en("Yes.") };
        entries::create(tx, EntryKind::Question, Some(product), input).await.unwrap().id
    })
    .await;
    write(&shop, async |tx| entries::set_state(tx, id, EntryState::Published).await.unwrap()).await;
    assert!(shown(&shop).await.is_empty());
    let mut tx = shop.world.visitor(&shop.tenant).begin_read().await.unwrap();
    assert_eq!(entries::questions_of(&mut tx, product).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_published_page_stays_as_people_agreed_to_it() {
    let shop = shop::open().await;
    let input = |text: &str| PageInput { title: LocalText::en("Privacy"), body: LocalText::en(text) };
    let draft = write(&shop, async |tx| pages::save_draft(tx, PageCode::Privacy, 0, input("First.")).await.unwrap()).await;
    let visitor = shop.world.visitor(&shop.tenant);
    assert!(pages::versions(&mut visitor.begin_read().await.unwrap(), PageCode::Privacy).await.unwrap().is_empty(), "drafts are nobody's");
    let second_writer = pages::save_draft(&mut staff(&shop).begin_write().await.unwrap(), PageCode::Privacy, 0, input("Other.")).await;
    assert!(second_writer.unwrap_err().is("site.page_changed"));
    write(&shop, async |tx| pages::publish(tx, PageCode::Privacy, draft.version).await.unwrap()).await;

    let next = write(&shop, async |tx| pages::save_draft(tx, PageCode::Privacy, 0, input("Second.")).await.unwrap()).await;
    let mut tx = visitor.begin_read().await.unwrap();
    assert_eq!(pages::published(&mut tx, PageCode::Privacy).await.unwrap().unwrap().body.get("en"), "First.", "a draft changes nothing");
    drop(tx);
    write(&shop, async |tx| pages::publish(tx, PageCode::Privacy, next.version).await.unwrap()).await;
    let mut tx = visitor.begin_read().await.unwrap();
    assert_eq!(pages::published(&mut tx, PageCode::Privacy).await.unwrap().unwrap().number, 2);
    assert_eq!(pages::version(&mut tx, PageCode::Privacy, 1).await.unwrap().body.get("en"), "First.");
    assert!(pages::version(&mut tx, PageCode::Privacy, 3).await.unwrap_err().is("site.page_not_found"));
    let bodies: Vec<String> = pages::versions(&mut tx, PageCode::Privacy).await.unwrap().iter().map(|page| page.body.get("en").to_owned()).collect();
    assert_eq!(bodies, ["Second.", ""], "a list carries only the wording in force");
}

#[tokio::test]
async fn a_draft_is_discarded_and_nothing_published_with_it() {
    let shop = shop::open().await;
    let input = PageInput { title: LocalText::en("About"), body: LocalText::en("We.") };
    let draft = write(&shop, async |tx| pages::save_draft(tx, PageCode::About, 0, input).await.unwrap()).await;
    write(&shop, async |tx| pages::discard(tx, PageCode::About, draft.version).await.unwrap()).await;
    let mut tx = staff(&shop).begin_read().await.unwrap();
    assert!(pages::versions(&mut tx, PageCode::About).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_few_products_stand_in_front_in_their_order() {
    let shop = shop::open().await;
    let mut tx = staff(&shop).begin_write().await.unwrap();
    let all: Vec<_> = insurance::catalogue::service::list_for_sale(&mut tx, &Default::default()).await.unwrap().iter().map(|card| card.id).collect();
    drop(tx);
    write(&shop, async |tx| featured::choose(tx, &[all[2], all[0], all[2]], 0).await.unwrap()).await;
    let mut tx = shop.world.visitor(&shop.tenant).begin_read().await.unwrap();
    assert_eq!(featured::chosen(&mut tx).await.unwrap(), [all[2], all[0]]);
    drop(tx);
    let mut tx = staff(&shop).begin_write().await.unwrap();
    assert!(featured::choose(&mut tx, &all[..7], 1).await.unwrap_err().is("validation_error"));
    assert!(featured::choose(&mut tx, &all[..1], 0).await.unwrap_err().is("setting_changed"));
}
