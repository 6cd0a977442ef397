//! Copies insurers, categories and products of a pack into a new tenant. Every product is checked against its form and the law
//! first, so that a pack with a fault is refused as a whole, in words.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{
    App, AppResult, TenantTx,
    money::Currency,
    packs::{LoadFuture, Pack, PackError, PackLoader},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    CategoryId, ProductId, ProductState, ProductVersionId, Terms,
    form::Form,
    store::{self, NewCategory, ProductEntry},
    terms::{AddOn, Benefit},
    versions::{self, NewVersion},
};
use crate::{
    figures::Percent,
    insurers::{self, Insurer, InsurerId, InsurerKind, InsurerState},
    law::Law,
    origin::Origin,
    rating::{Limit, Step},
    text::LocalText,
};

pub(crate) const LOADER: PackLoader = PackLoader { name: "insurance.catalogue", order: 30, load };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InsurerFile {
    insurer: Vec<InsurerEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InsurerEntry {
    code: String,
    name: String,
    sample: bool,
    /// In how many parts its premiums may be paid.
    instalments: i16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryFile {
    category: Vec<CategoryEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryEntry {
    code: String,
    line: String,
    icon: String,
    title: LocalText,
    description: LocalText,
}

/// A file of `products/`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductFile {
    code: String,
    insurer: String,
    category: String,
    /// A file of `forms/`.
    form: String,
    version: i32,
    #[serde(deserialize_with = "crate::law::toml_date")]
    effective_from: NaiveDate,
    sample: bool,
    name: LocalText,
    description: LocalText,
    sum_insured: Option<String>,
    term_months: u32,
    quote_valid_days: u32,
    commission_percent: Percent,
    certificate_class: Option<String>,
    #[serde(default)]
    features: Vec<LocalText>,
    #[serde(default)]
    exclusions: Vec<LocalText>,
    #[serde(default)]
    excesses: Vec<LocalText>,
    #[serde(default)]
    documents: Vec<LocalText>,
    #[serde(rename = "benefit", default)]
    benefits: Vec<Benefit>,
    #[serde(rename = "add_on", default)]
    add_ons: Vec<AddOn>,
    #[serde(rename = "limit", default)]
    limits: Vec<Limit>,
    pricing: Vec<Step>,
}

/// A product of a pack, checked.
#[derive(Debug, Clone)]
pub struct PackProduct {
    pub code: String,
    pub insurer: String,
    pub category: String,
    pub number: i32,
    pub effective_from: NaiveDate,
    pub sample: bool,
    pub name: LocalText,
    pub description: LocalText,
    pub terms: Terms,
    origin: Origin,
}

/// Reads and checks the products of a pack.
pub fn products(pack: &Pack) -> Result<Vec<PackProduct>, PackError> {
    let categories: HashMap<String, CategoryEntry> = categories(pack)?.into_iter().map(|c| (c.code.clone(), c)).collect();
    let insurers: Vec<String> = insurers(pack)?.into_iter().map(|i| i.code).collect();
    let law = Law::read(pack)?;
    let currency = Currency::from_code(&pack.info.currency).map_err(|e| pack.error("pack.toml", &e.to_string()))?;
    let mut products: Vec<PackProduct> = Vec::new();
    for path in pack.folder("products/") {
        let file: ProductFile = pack.toml(path)?;
        let form_path = format!("forms/{}.toml", file.form);
        let form: Form = pack.toml(&form_path)?;
        let category = categories.get(&file.category).ok_or_else(|| pack.error(path, "names a category that is not there"))?;
        if !insurers.contains(&file.insurer) {
            return Err(pack.error(path, "names an insurer that is not there"));
        }
        if products.iter().any(|other| other.code == file.code) {
            return Err(pack.error(path, "has the code of another product"));
        }
        let mut hash = Sha256::new();
        for part in [path, &form_path] {
            hash.update(pack.file(part).unwrap_or_default());
        }
        let origin = Origin { pack: pack.name.clone(), key: path.to_owned(), hash: hex::encode(hash.finalize()) };
        let terms = Terms {
            form,
            sum_insured: file.sum_insured,
            term_months: file.term_months,
            quote_valid_days: file.quote_valid_days,
            commission_percent: file.commission_percent,
            certificate_class: file.certificate_class,
            features: file.features,
            exclusions: file.exclusions,
            excesses: file.excesses,
            documents: file.documents,
            benefits: file.benefits,
            add_ons: file.add_ons,
            limits: file.limits,
            pricing: file.pricing,
        };
        for version in law.premium_versions() {
            let faults = terms.faults(&category.line, version, currency);
            if !faults.is_empty() {
                return Err(pack.error(path, &faults.join("; ")));
            }
        }
        products.push(PackProduct {
            code: file.code,
            insurer: file.insurer,
            category: file.category,
            number: file.version,
            effective_from: file.effective_from,
            sample: file.sample,
            name: file.name,
            description: file.description,
            terms,
            origin,
        });
    }
    Ok(products)
}

fn insurers(pack: &Pack) -> Result<Vec<InsurerEntry>, PackError> {
    Ok(pack.toml::<InsurerFile>("insurers.toml")?.insurer)
}

fn categories(pack: &Pack) -> Result<Vec<CategoryEntry>, PackError> {
    Ok(pack.toml::<CategoryFile>("categories.toml")?.category)
}

fn origin(pack: &Pack, file: &str, code: &str, content: &str) -> Origin {
    Origin { pack: pack.name.clone(), key: format!("{file}#{code}"), hash: hex::encode(Sha256::digest(content.as_bytes())) }
}

fn load<'a>(_: &'a App, tx: &'a mut TenantTx, pack: &'a Pack) -> LoadFuture<'a> {
    Box::pin(load_catalogue(tx, pack))
}

/// An insurer of which only the name is known.
fn insurer(id: InsurerId, entry: &InsurerEntry) -> Insurer {
    Insurer {
        id,
        code: entry.code.clone(),
        name: entry.name.clone(),
        kind: InsurerKind::Underwriter,
        state: InsurerState::Active,
        sample: entry.sample,
        email: String::new(),
        phone: String::new(),
        website: String::new(),
        address: String::new(),
        registration_number: String::new(),
        licence_number: String::new(),
        contract_start: None,
        contract_end: None,
        default_commission: None,
        most_instalments: entry.instalments,
        version: 1,
    }
}

/// Copies the catalogue, as `system`.
pub async fn load_catalogue(tx: &mut TenantTx, pack: &Pack) -> AppResult<()> {
    let products = products(pack)?;
    let currency = tx.scope().tenant.currency;
    let mut insurer_ids: HashMap<String, InsurerId> = HashMap::new();
    for entry in insurers(pack)? {
        let id = InsurerId::new();
        let origin = origin(pack, "insurers.toml", &entry.code, &format!("{}\n{}", entry.name, entry.sample));
        insurers::store::insert(tx, &insurer(id, &entry), Some(&origin)).await?;
        insurer_ids.insert(entry.code, id);
    }
    let mut category_ids: HashMap<String, CategoryId> = HashMap::new();
    for (place, entry) in (1..).zip(categories(pack)?) {
        let id = CategoryId::new();
        let content = serde_json::to_string(&(&entry.title, &entry.description, &entry.line, &entry.icon)).unwrap_or_default();
        let origin = origin(pack, "categories.toml", &entry.code, &content);
        let category = NewCategory {
            id,
            code: &entry.code,
            line: &entry.line,
            title: &entry.title,
            description: &entry.description,
            icon: &entry.icon,
            display_order: place * 10,
        };
        store::insert_category(tx, category, &origin).await?;
        category_ids.insert(entry.code, id);
    }
    for product in products {
        let (Some(insurer), Some(category)) = (insurer_ids.get(&product.insurer), category_ids.get(&product.category)) else {
            return Err(pack.error(&product.origin.key, "names an insurer or category that is not there").into());
        };
        let new = ProductEntry {
            id: ProductId::new(),
            code: &product.code,
            insurer: *insurer,
            category: *category,
            name: &product.name,
            description: &product.description,
            state: ProductState::Active,
            sample: product.sample,
            currency,
            origin: Some(&product.origin),
        };
        let version = NewVersion {
            id: ProductVersionId::new(),
            product: new.id,
            number: product.number,
            effective_from: product.effective_from,
            terms: &product.terms,
            currency,
            reason: "",
        };
        store::insert_product(tx, new).await?;
        versions::insert(tx, version).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use kernel::money::Money;

    fn kenya() -> Pack {
        testkit::pack("kenya-brokerage")
    }

    #[test]
    fn the_kenyan_pack_compares_at_least_three_insurers_for_everything_but_life() {
        let products = products(&kenya()).unwrap();
        for category in categories(&kenya()).unwrap() {
            let insurers: BTreeSet<_> = products.iter().filter(|p| p.category == category.code).map(|p| p.insurer.as_str()).collect();
            assert!(if category.code == "life" { insurers.is_empty() } else { insurers.len() >= 3 }, "{}: {insurers:?}", category.code);
        }
        assert!(products.iter().all(|p| p.sample), "rates of the pack are samples and say so");
        assert_eq!(insurers(&kenya()).unwrap().len(), 6);
    }

    #[test]
    fn the_nine_first_categories_keep_their_codes_and_each_has_an_icon_of_the_platform() {
        let categories = categories(&kenya()).unwrap();
        for code in [
            "motor-comprehensive",
            "motor-third-party",
            "health-individual",
            "health-group",
            "life",
            "home",
            "business",
            "travel",
            "personal-accident",
        ] {
            assert!(categories.iter().any(|category| category.code == code), "{code}");
        }
        let icons = std::fs::read_to_string(testkit::root().join("web/icons.txt")).unwrap();
        for category in &categories {
            assert!(icons.lines().any(|line| line.split(':').next() == Some(category.icon.as_str())), "{}", category.icon);
        }
    }

    #[test]
    fn a_vehicle_that_is_insured_gets_a_certificate_of_its_class_and_nothing_else_does() {
        for product in products(&kenya()).unwrap() {
            let class = match product.category.as_str() {
                "motor-comprehensive" | "motor-third-party" => Some("C"),
                "commercial-comprehensive" | "commercial-third-party" => Some("B"),
                "motor-psv" => Some("A"),
                "motorcycle" => Some("D"),
                _ => None,
            };
            assert_eq!(product.terms.certificate_class.as_deref(), class, "{}", product.code);
        }
    }

    #[test]
    fn terms_survive_their_way_through_the_database() {
        for product in products(&kenya()).unwrap() {
            let json = serde_json::to_value(&product.terms).unwrap();
            assert_eq!(serde_json::from_value::<Terms>(json).unwrap(), product.terms, "{}", product.code);
        }
    }

    fn faults_of(change: impl FnOnce(&mut Terms)) -> String {
        let pack = kenya();
        let mut terms = products(&pack).unwrap().into_iter().find(|p| p.code == "britam-private-comprehensive").unwrap().terms;
        change(&mut terms);
        let law = Law::read(&pack).unwrap();
        terms.faults("motor", &law.premium_versions()[0], Currency::KES).join("; ")
    }

    #[test]
    fn terms_that_rating_could_not_apply_are_refused_in_words() {
        assert_eq!(faults_of(|_| {}), "");
        assert!(faults_of(|t| t.pricing.push(Step::Levy { law: "window_tax".into() })).contains("window_tax"));
        assert!(faults_of(|t| t.sum_insured = Some("make".into())).contains("not a required question for a sum"));
        assert!(faults_of(|t| t.pricing.retain(|s| !matches!(s, Step::AddOn { .. }))).contains("exactly one price"));
        assert!(faults_of(|t| t.pricing.retain(|s| !matches!(s, Step::Band { .. }))).contains("basic premium"));
        assert!(faults_of(|t| t.commission_percent = Percent::new(11.into()).unwrap()).contains("above the law's limit"));
        let unsorted = faults_of(|t| {
            for step in &mut t.pricing {
                if let Step::Band { bands, .. } = step {
                    bands.reverse();
                }
            }
        });
        assert!(unsorted.contains("bands must rise"));
    }

    #[test]
    fn a_shelf_price_is_the_lowest_that_the_terms_can_give() {
        let products = products(&kenya()).unwrap();
        let from = |code: &str| products.iter().find(|p| p.code == code).unwrap().terms.price_from(Currency::KES).unwrap();
        assert_eq!(from("apa-private-comprehensive"), Some(Money::new(3_000_000, Currency::KES)));
        assert_eq!(from("cic-private-third-party"), Some(Money::new(750_000, Currency::KES)));
        assert_eq!(from("cic-travel"), Some(Money::new(135_000, Currency::KES)), "a week in Africa for one");
        assert_eq!(from("madison-group-accident"), Some(Money::new(400_000, Currency::KES)), "more than 340 for each of five");
        assert_eq!(from("britam-private-comprehensive"), Some(Money::new(3_562_500, Currency::KES)), "37,500 less 5 % for a tracking device");
    }
}
