//! Worked examples, at least one for each line of the pack: what was asked, every line of the premium with its arithmetic, and
//! what is paid. The law's lines are worked out in one place, since they are the same for every policy.

use std::collections::BTreeSet;

use kernel::money::{Currency, Money};

use super::{Inputs, Outcome, rate};
use crate::{
    catalogue::{
        form::{RawAnswers, Reading},
        pack,
    },
    law::Law,
};

struct Example {
    product: &'static str,
    answers: &'static [(&'static str, &'static str)],
    add_ons: &'static [&'static str],
    /// Code and cents of each line of the premium, in order.
    lines: &'static [(&'static str, i64)],
    total: &'static str,
    payable: &'static str,
}

/// Cents of so many shillings.
const fn sh(shillings: i64) -> i64 {
    shillings * 100
}

/// So many hundredths of a percent of an amount in cents, half a cent upwards.
const fn bp(hundredths: i64, of: i64) -> i64 {
    (of * hundredths + 5_000) / 10_000
}

const LORRY: [(&str, &str); 4] = [("plate", "KDA 123A"), ("make", "Isuzu"), ("model", "NPR"), ("year", "2019")];

const EXAMPLES: &[Example] = &[
    Example {
        product: "apa-commercial-comprehensive",
        answers: &[("value", "3,000,000"), ("use", "general_cartage"), ("body", "lorry"), ("tonnage", "up_to_8"), ("claims", "2")],
        add_ons: &["goods_in_transit"],
        lines: &[("basic_premium", bp(600, sh(3_000_000))), ("goods_in_transit", sh(12_000)), ("claims_loading", bp(2_000, sh(180_000 + 12_000)))],
        total: "231,476.80",
        payable: "231,477",
    },
    Example {
        product: "jubilee-commercial-third-party",
        answers: &[("use", "general_cartage"), ("body", "lorry"), ("tonnage", "up_to_20")],
        add_ons: &["crew"],
        lines: &[("basic_premium", sh(29_000)), ("crew", sh(2_500))],
        total: "31,681.75",
        payable: "31,682",
    },
    Example {
        product: "cic-psv",
        answers: &[("value", "3,500,000"), ("use", "matatu"), ("seats", "14"), ("claims", "2")],
        add_ons: &["crew"],
        lines: &[
            ("third_party", sh(78_000)),
            ("passenger_liability", 14 * sh(750)),
            ("claims_loading", bp(3_000, sh(78_000 + 10_500))),
            ("crew", sh(3_000)),
        ],
        total: "118,621.23",
        payable: "118,621",
    },
    Example {
        product: "britam-psv",
        answers: &[("value", "1,200,000"), ("use", "ride_hailing"), ("seats", "4")],
        add_ons: &["own_damage"],
        lines: &[("third_party", sh(9_800)), ("passenger_liability", 4 * sh(650)), ("own_damage", bp(550, sh(1_200_000)))],
        total: "78,792.80",
        payable: "78,793",
    },
    Example {
        product: "apa-motorcycle",
        answers: &[("value", "150,000"), ("use", "boda_boda"), ("body", "three_wheeler")],
        add_ons: &["own_damage", "passenger_liability", "rider_accident"],
        lines: &[
            ("basic_premium", sh(5_200)),
            ("three_wheeler", bp(3_000, sh(5_200))),
            ("passenger_liability", sh(1_200)),
            ("own_damage", bp(600, sh(150_000))),
            ("rider_accident", sh(1_500)),
        ],
        total: "18,583.07",
        payable: "18,583",
    },
    Example {
        product: "jubilee-medical",
        answers: &[("date_of_birth", "1988-03-01"), ("spouse", "yes"), ("children", "2"), ("inpatient_limit", "1m"), ("outpatient_limit", "50k")],
        add_ons: &["maternity"],
        lines: &[
            ("principal", sh(22_500)),
            ("spouse", sh(19_600)),
            ("children", 2 * sh(11_500)),
            ("outpatient_principal", sh(16_500)),
            ("outpatient_spouse", sh(16_500)),
            ("outpatient_children", 2 * sh(12_500)),
            ("maternity", sh(28_000)),
        ],
        total: "151,819.95",
        payable: "151,820",
    },
    Example {
        product: "cic-medical-group",
        answers: &[("employees", "12"), ("dependants", "20"), ("average_age", "40_49"), ("inpatient_limit", "1m"), ("outpatient_limit", "50k")],
        add_ons: &[],
        lines: &[
            ("employees", 12 * sh(14_900)),
            ("dependants", 20 * sh(9_600)),
            ("outpatient_employees", 12 * sh(11_500)),
            ("outpatient_dependants", 20 * sh(8_700)),
            ("age_40", bp(1_500, sh(178_800 + 192_000 + 138_000 + 174_000))),
        ],
        total: "788,793.49",
        payable: "788,793",
    },
    Example {
        product: "apa-home",
        answers: &[
            ("construction", "permanent"),
            ("building", "12,000,000"),
            ("contents", "2,500,000"),
            ("portable", "300,000"),
            ("domestic_workers", "2"),
            ("guarded", "yes"),
        ],
        add_ons: &["pvt"],
        lines: &[
            ("building", bp(12, sh(12_000_000))),
            ("contents", bp(80, sh(2_500_000))),
            ("portable", bp(175, sh(300_000))),
            ("domestic_workers", 2 * sh(900)),
            ("guarded", -bp(500, sh(14_400 + 20_000 + 5_250 + 1_800))),
            ("pvt", bp(10, sh(2_500_000))),
        ],
        total: "42,105.95",
        payable: "42,106",
    },
    Example {
        product: "britam-home",
        answers: &[("construction", "permanent"), ("contents", "300,000")],
        add_ons: &[],
        lines: &[("contents", bp(65, sh(300_000))), ("minimum_premium", sh(4_500 - 1_950))],
        total: "4,560.25",
        payable: "4,560",
    },
    Example {
        product: "apa-business",
        answers: &[
            ("trade", "hospitality"),
            ("place", "Moi Avenue, Nairobi"),
            ("construction", "permanent"),
            ("equipment", "1,500,000"),
            ("stock", "2,000,000"),
            ("cash", "100,000"),
            ("guarded", "yes"),
        ],
        add_ons: &["interruption"],
        lines: &[
            ("fire_equipment", bp(20, sh(1_500_000))),
            ("fire_stock", bp(20, sh(2_000_000))),
            ("hospitality", bp(3_000, sh(3_000 + 4_000))),
            ("burglary_stock", bp(50, sh(2_000_000))),
            ("burglary_equipment", bp(40, sh(1_500_000))),
            ("money", bp(100, sh(100_000))),
            ("guarded", -bp(500, sh(3_000 + 4_000 + 2_100 + 10_000 + 6_000 + 1_000))),
            ("interruption", sh(7_500)),
        ],
        total: "32,480.33",
        payable: "32,480",
    },
    Example {
        product: "apa-travel",
        answers: &[("region", "europe"), ("days", "10"), ("travellers", "2"), ("seniors", "1"), ("oldest", "1958-01-01"), ("purpose", "leisure")],
        add_ons: &["luggage"],
        lines: &[("basic_premium", 2 * sh(3_400)), ("seniors", sh(3_400)), ("luggage", 2 * sh(850))],
        total: "11,993.55",
        payable: "11,994",
    },
    Example {
        product: "britam-annual-travel",
        answers: &[("region", "world"), ("days", "30"), ("oldest", "1985-01-01"), ("purpose", "business")],
        add_ons: &[],
        lines: &[("basic_premium", sh(33_800))],
        total: "33,992.10",
        payable: "33,992",
    },
    Example {
        product: "cic-work-injury",
        answers: &[("business", "Builders"), ("employees", "20"), ("wages_office", "600,000"), ("wages_heavy", "4,800,000"), ("hazardous", "yes")],
        add_ons: &["employers_liability"],
        lines: &[
            ("office", bp(40, sh(600_000))),
            ("heavy", bp(190, sh(4_800_000))),
            ("hazardous", bp(4_000, sh(2_400 + 91_200))),
            ("employers_liability", 20 * sh(600)),
        ],
        total: "143,723.68",
        payable: "143,724",
    },
    Example {
        product: "apa-work-injury",
        answers: &[("business", "School"), ("employees", "3"), ("wages_office", "900,000")],
        add_ons: &[],
        lines: &[("office", bp(35, sh(900_000))), ("minimum_premium", sh(7_500 - 3_150))],
        total: "7,573.75",
        payable: "7,574",
    },
    Example {
        product: "apa-marine-single",
        answers: &[("cover", "single"), ("by", "sea"), ("goods", "fragile"), ("packing", "container"), ("value", "2,000,000"), ("clauses", "a")],
        add_ons: &["war"],
        lines: &[
            ("basic_premium", bp(35, sh(2_000_000))),
            ("fragile", bp(4_000, sh(7_000))),
            ("container", -bp(1_000, sh(7_000 + 2_800))),
            ("war", bp(5, sh(2_000_000))),
        ],
        total: "9,904.19",
        payable: "9,904",
    },
    Example {
        product: "uap-marine-open",
        answers: &[("cover", "open"), ("by", "air"), ("goods", "electronics"), ("packing", "shared"), ("value", "20,000,000"), ("clauses", "c")],
        add_ons: &[],
        lines: &[("basic_premium", bp(12, sh(20_000_000))), ("electronics", bp(2_000, sh(24_000)))],
        total: "28,969.60",
        payable: "28,970",
    },
    Example {
        product: "jubilee-personal-accident",
        answers: &[("date_of_birth", "1990-05-17"), ("occupation_class", "2"), ("capital_sum", "3,000,000")],
        add_ons: &["weekly"],
        lines: &[("basic_premium", bp(16, sh(3_000_000))), ("occupation_2", bp(2_500, sh(4_800))), ("weekly", sh(3_600))],
        total: "9,683.20",
        payable: "9,683",
    },
    Example {
        product: "britam-group-accident",
        answers: &[("members", "25"), ("group", "light_manual"), ("capital_sum", "1m")],
        add_ons: &[],
        lines: &[("basic_premium", 25 * sh(1_720))],
        total: "43,233.50",
        payable: "43,234",
    },
    Example {
        product: "cic-student-accident",
        answers: &[("members", "400"), ("group", "students"), ("capital_sum", "250k")],
        add_ons: &["fees"],
        lines: &[("basic_premium", 400 * sh(150)), ("fees", 400 * sh(120))],
        total: "108,526.00",
        payable: "108,526",
    },
];

fn cents(text: &str) -> i64 {
    Money::parse(text, Currency::KES).unwrap().minor
}

#[test]
fn every_line_of_the_pack_is_priced_as_worked_out_by_hand() {
    let kenya = testkit::pack("kenya-brokerage");
    let law = Law::read(&kenya).unwrap();
    let products = pack::products(&kenya).unwrap();
    let on = "2026-11-23".parse().unwrap();
    for example in EXAMPLES {
        let name = example.product;
        let terms = &products.iter().find(|product| product.code == name).unwrap().terms;
        let vehicle = LORRY.iter().filter(|(key, _)| terms.form.question(key).is_some());
        let raw: RawAnswers = vehicle.chain(example.answers).map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
        let answers = terms.form.read(&raw, Reading { today: on, currency: Currency::KES, plates: &law.plates }).unwrap();
        let add_ons: BTreeSet<String> = example.add_ons.iter().map(|key| (*key).to_owned()).collect();
        let inputs = Inputs { terms, law: law.premium_on(on).unwrap(), answers: &answers, add_ons: &add_ons, currency: Currency::KES, on };
        let Outcome::Priced(priced) = rate(&inputs).unwrap() else { panic!("{name} declines") };

        let premium: i64 = example.lines.iter().map(|(_, amount)| amount).sum();
        // 0.2 % for training, 0.25 % for the compensation fund, forty shillings of stamp duty.
        let mut lines = example.lines.to_vec();
        lines.extend([("training_levy", bp(20, premium)), ("compensation_fund", bp(25, premium)), ("stamp_duty", sh(40))]);
        let total: i64 = lines.iter().map(|(_, amount)| amount).sum();
        let rounding = cents(example.payable) - total;
        lines.extend((rounding != 0).then_some(("rounding", rounding)));

        let found: Vec<(&str, i64)> = priced.lines.iter().map(|line| (line.code.as_str(), line.amount.minor)).collect();
        assert_eq!(found, lines, "{name}");
        assert_eq!(total, cents(example.total), "{name}");
        assert_eq!((priced.total.minor, priced.payable.minor), (cents(example.total), cents(example.payable)), "{name}");
    }
}

#[test]
fn every_category_has_an_example() {
    let products = pack::products(&testkit::pack("kenya-brokerage")).unwrap();
    let categories: BTreeSet<&str> = products.iter().map(|product| product.category.as_str()).collect();
    let worked: BTreeSet<&str> = EXAMPLES
        .iter()
        .filter_map(|example| products.iter().find(|product| product.code == example.product))
        .map(|product| product.category.as_str())
        .collect();
    let without: Vec<_> = categories.difference(&worked).collect();
    assert_eq!(without, [&"motor-comprehensive", &"motor-third-party"], "those are worked out with the quotes and the published examples");
}
