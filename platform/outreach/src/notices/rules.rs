//! What holds while a person has chosen nothing, and on which day which reminder is due. No clock, no database.

use chrono::NaiveDate;

use super::{Channel, Delivery, Reader, Topic};

/// A reminder that could not be made on its day is made up for within so many days, and is left out after.
const GRACE_DAYS: i64 = 6;

/// Topics that concern the reader.
#[must_use]
pub fn topics(reader: Reader) -> &'static [Topic] {
    match reader {
        Reader::Customer(_) => &[Topic::Policy, Topic::Payment, Topic::Claim, Topic::Document, Topic::Marketing],
        Reader::Staff(_) => &[Topic::Payment, Topic::Document, Topic::Work, Topic::System],
    }
}

/// Ways in which the reader may be told over a channel.
#[must_use]
pub fn deliveries(reader: Reader, channel: Channel) -> &'static [Delivery] {
    match (reader, channel) {
        (Reader::Staff(_), Channel::Email) => &[Delivery::Each, Delivery::Daily, Delivery::Off],
        _ => &[Delivery::Each, Delivery::Off],
    }
}

/// What holds until the reader chooses: customers get everything but advertising; staff find everything behind the bell, and work
/// and trouble in the morning's mail.
#[must_use]
pub fn default_delivery(reader: Reader, topic: Topic, channel: Channel) -> Delivery {
    match (reader, topic, channel) {
        (_, Topic::Marketing, _) => Delivery::Off,
        (Reader::Customer(_), ..) | (Reader::Staff(_), _, Channel::InApp) => Delivery::Each,
        (Reader::Staff(_), Topic::Work | Topic::System, Channel::Email) => Delivery::Daily,
        (Reader::Staff(_), _, Channel::Email) => Delivery::Off,
    }
}

/// The step of the days before `on` that is due today: the nearest that has come, unless the thing came to be only after its day.
#[must_use]
pub fn step_before(today: NaiveDate, on: NaiveDate, since: NaiveDate, steps: &[u16]) -> Option<u16> {
    let left = (on - today).num_days();
    let step = steps.iter().copied().filter(|step| i64::from(*step) >= left).min()?;
    let is_late = i64::from(step) - left > GRACE_DAYS;
    let was_there = (on - since).num_days() > i64::from(step);
    (left >= 0 && was_there && !is_late).then_some(step)
}

/// The step of the days after `on` that is due today.
#[must_use]
pub fn step_after(today: NaiveDate, on: NaiveDate, steps: &[u16]) -> Option<u16> {
    let gone = (today - on).num_days();
    let step = steps.iter().copied().filter(|step| *step > 0 && i64::from(*step) <= gone).max()?;
    (gone - i64::from(step) <= GRACE_DAYS).then_some(step)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, d).unwrap()
    }

    #[test]
    fn customers_get_everything_but_advertising_and_staff_a_digest_of_work_and_trouble() {
        let (customer, staff) = (Reader::Customer(Uuid::nil()), Reader::Staff(Uuid::nil()));
        for topic in [Topic::Policy, Topic::Payment, Topic::Claim, Topic::Document] {
            for channel in [Channel::InApp, Channel::Email] {
                assert_eq!(default_delivery(customer, topic, channel), Delivery::Each, "{topic} {channel}");
            }
        }
        assert_eq!(default_delivery(customer, Topic::Marketing, Channel::Email), Delivery::Off);
        assert_eq!(default_delivery(staff, Topic::Work, Channel::Email), Delivery::Daily);
        assert_eq!(default_delivery(staff, Topic::Payment, Channel::Email), Delivery::Off);
    }

    #[test]
    fn what_holds_by_default_can_be_chosen() {
        for reader in [Reader::Customer(Uuid::nil()), Reader::Staff(Uuid::nil())] {
            for topic in topics(reader) {
                for channel in Channel::ALL {
                    assert!(deliveries(reader, *channel).contains(&default_delivery(reader, *topic, *channel)), "{reader:?} {topic} {channel}");
                }
            }
        }
    }

    #[test]
    fn the_nearest_step_that_has_come_is_due() {
        let long_ago = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        for (today, step) in [(12, None), (13, Some(7)), (18, Some(7)), (19, Some(1)), (20, Some(1)), (21, None)] {
            assert_eq!(step_before(day(today), day(20), long_ago, &[1, 7]), step, "on the {today}th");
        }
        assert_eq!(step_before(day(16), day(20), day(15), &[7, 1]), None, "five days are no reason to remind of what began yesterday");
        assert_eq!(step_before(day(19), day(20), day(15), &[7, 1]), Some(1));
    }

    #[test]
    fn what_is_long_overdue_is_not_told_as_if_it_were_new() {
        for (today, step) in [(10, None), (11, Some(1)), (16, Some(1)), (17, Some(7)), (23, Some(7)), (24, None)] {
            assert_eq!(step_after(day(today), day(10), &[1, 7]), step, "on the {today}th");
        }
    }
}
