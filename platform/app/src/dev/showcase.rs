//! What stands on the demonstration's portal beside its products, and how it looks; all of it is made up and drawn for it.

use std::collections::BTreeMap;

use bytes::Bytes;
use insurance::{
    catalogue::{ProductFilter, service as catalogue},
    pictures::{Owner, OwnerKind, service as pictures},
    site::{EntryInput, EntryKind, EntryState, Featured, entries, featured},
    text::LocalText,
};
use kernel::{App, AppResult, Scope, TenantTx, profile::Profile};
use tenancy::{logo, profile::SettingVersion};

/// Products that stand in front, as far as the pack has them.
const FRONT: [&str; 3] = ["apa-private-comprehensive", "jubilee-travel", "britam-home"];
/// What they look like, in their order.
const DRAWN: [&[u8]; 3] = [include_bytes!("pictures/car.png"), include_bytes!("pictures/travel.png"), include_bytes!("pictures/house.png")];
const LOGO: &[u8] = include_bytes!("pictures/logo.png");
const FIRM: [(OwnerKind, &[u8]); 3] = [
    (OwnerKind::Front, include_bytes!("pictures/front.png")),
    (OwnerKind::Icon, include_bytes!("pictures/icon.png")),
    (OwnerKind::DarkLogo, include_bytes!("pictures/dark-logo.png")),
];

/// Heading and body, in English and Swahili.
type Words = [&'static str; 4];

const VOICES: [Words; 3] = [
    [
        "Asha M., Nakuru (made up)",
        "Asha M., Nakuru (mfano tu)",
        "I paid at noon from my phone and had the confirmation before I reached the petrol station.",
        "Nililipa saa sita mchana kwa simu, na uthibitisho ulinifikia kabla sijafika kituo cha mafuta.",
    ],
    [
        "Peter K., Kisumu (made up)",
        "Peter K., Kisumu (mfano tu)",
        "For the first time I saw what each levy was for. No surprises at the end.",
        "Kwa mara ya kwanza niliona kila tozo ni ya nini. Hakuna mshangao mwishoni.",
    ],
    [
        "Wanjiru N., Thika (made up)",
        "Wanjiru N., Thika (mfano tu)",
        "After the accident they told me which papers to bring and stayed with me until it was paid.",
        "Baada ya ajali waliniambia nilete hati gani, na walikuwa nami hadi nilipolipwa.",
    ],
];

const QUESTIONS: [Words; 4] = [
    [
        "When does my cover begin?",
        "Bima yangu inaanza lini?",
        "On the day that you choose, once the premium is paid. The confirmation says from which hour.",
        "Siku unayochagua, baada ya ada ya bima kulipwa. Uthibitisho unaonyesha kuanzia saa ngapi.",
    ],
    [
        "Why do prices differ between insurers?",
        "Kwa nini bei za kampuni za bima zinatofautiana?",
        "Each insurer has rates of its own and covers a little more or less. Compare them side by side before you choose.",
        "Kila kampuni ina viwango vyake na hufidia zaidi au pungufu kidogo. Zilinganishe kabla ya kuchagua.",
    ],
    [
        "How do I show that I am insured?",
        "Nitaonyeshaje kwamba nina bima?",
        "Show the confirmation on your phone. Anybody can check its code on this site.",
        "Onyesha uthibitisho kwenye simu yako. Mtu yeyote anaweza kuangalia msimbo wake kwenye tovuti hii.",
    ],
    [
        "What do I do after an accident?",
        "Nifanye nini baada ya ajali?",
        "Make sure that everybody is safe, take pictures, report it to the police where the law asks for it, and call us.",
        "Hakikisha kila mtu yuko salama, piga picha, ripoti kwa polisi pale sheria inapotaka, kisha tupigie simu.",
    ],
];

/// Fills what is empty.
pub(super) async fn fill(tx: &mut TenantTx) -> AppResult<()> {
    let chosen = tx.setting::<Featured>().await?;
    if chosen.value.products.is_empty() {
        let shelf = catalogue::list_for_sale(tx, &ProductFilter::default()).await?;
        let front: Vec<_> = FRONT.iter().filter_map(|code| shelf.iter().find(|card| card.code == *code)).map(|card| card.id).collect();
        featured::choose(tx, &front, chosen.version).await?;
    }
    for (kind, all) in [(EntryKind::Testimonial, &VOICES[..]), (EntryKind::Question, &QUESTIONS[..])] {
        if entries::list(tx, kind, None).await?.is_empty() {
            for words in all {
                let [heading, heading_sw, body, body_sw] = *words;
                let entry = entries::create(tx, kind, None, EntryInput { heading: both(heading, heading_sw), body: both(body, body_sw) }).await?;
                entries::set_state(tx, entry.id, EntryState::Published).await?;
            }
        }
    }
    Ok(())
}

/// Gives the firm and the products in front their pictures, where there are none. Opens its own transactions: files are stored.
pub(super) async fn paint(app: &App, scope: &Scope) -> AppResult<()> {
    let mut tx = scope.begin_read().await?;
    let known = pictures::all(&mut tx).await?;
    let shelf = catalogue::list_for_sale(&mut tx, &ProductFilter::default()).await?;
    let has_logo = tx.setting::<Profile>().await?.value.logo_path.is_some();
    drop(tx);
    if !has_logo {
        logo::change(app, scope, Bytes::from_static(LOGO), SettingVersion::Present).await?;
    }
    let products =
        FRONT.iter().zip(DRAWN).filter_map(|(code, bytes)| Some((Owner::product(shelf.iter().find(|card| card.code == *code)?.id), bytes)));
    let firm = FIRM.into_iter().map(|(kind, bytes)| (Owner::firm(kind, scope.tenant.id), bytes));
    for (owner, bytes) in products.chain(firm).filter(|(owner, _)| !known.contains_key(owner)) {
        // They decorate: what they show is said beside them.
        pictures::change(app, scope, owner, Some(Bytes::from_static(bytes)), LocalText::default(), 0).await?;
    }
    Ok(())
}

fn both(en: &str, sw: &str) -> LocalText {
    LocalText(BTreeMap::from([("en".to_owned(), en.to_owned()), ("sw".to_owned(), sw.to_owned())]))
}
