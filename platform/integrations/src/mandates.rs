//! Debit orders and deductions through the plugins that carry them: the `MandateGateway` and the `PayrollGateway` of domains.

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{AppResult, Scope};
use plugin_host::model::collections as model;
use ports::{
    PortError,
    mandate::{
        Deduction, Delivered, EmployerAnswer, Line, LineState, Mandate, MandateGateway, MandateRef, MandateState, MandateWish, PayrollGateway,
        Refusal, Schedule, Standing, Submitted,
    },
    provider::Errand,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Integrations,
    ask::{Doubt, amount_in, amount_out, day_in},
    calls::{Blobs, Use},
    papers,
};

/// More pages than any run or answer has: a plugin that always says "more" must end.
const PAGES: usize = 1_000;

#[async_trait]
impl MandateGateway for Integrations {
    async fn collectors(&self, scope: &Scope) -> AppResult<Vec<Uuid>> {
        self.ids_answering(scope, "mandates").await
    }

    async fn register(&self, scope: &Scope, wish: MandateWish) -> Result<Mandate, PortError> {
        let using = Use::errand(wish.errand.clone(), "register-mandate", describe_wish(&wish), &Blobs::default());
        let asked = written(wish);
        self.ask_for(
            scope,
            using,
            Doubt::Unknown,
            describe,
            |plugin, spec| async move { plugin.register_mandate(spec, asked).await },
            |it| Ok(mandate(it)),
        )
        .await
    }

    async fn amend(&self, scope: &Scope, wish: MandateWish) -> Result<Mandate, PortError> {
        let using = Use::errand(wish.errand.clone(), "amend-mandate", describe_wish(&wish), &Blobs::default());
        let asked = written(wish);
        self.ask_for(
            scope,
            using,
            Doubt::Unknown,
            describe,
            |plugin, spec| async move { plugin.amend_mandate(spec, asked).await },
            |it| Ok(mandate(it)),
        )
        .await
    }

    async fn cancel(&self, scope: &Scope, errand: Errand, named: MandateRef, reason: String) -> Result<Mandate, PortError> {
        let MandateRef { reference, provider_ref } = named;
        let request = json!({ "reference": reference, "provider_ref": provider_ref, "reason": reason });
        let using = Use::errand(errand, "cancel-mandate", request, &Blobs::default());
        self.ask_for(
            scope,
            using,
            Doubt::Unknown,
            describe,
            |plugin, spec| async move { plugin.cancel_mandate(spec, reference, provider_ref, reason).await },
            |it| Ok(mandate(it)),
        )
        .await
    }

    async fn standing(&self, scope: &Scope, installation: Uuid, named: MandateRef) -> Result<Standing, PortError> {
        let MandateRef { reference, provider_ref } = named;
        let request = json!({ "reference": reference, "provider_ref": provider_ref });
        let using = Use::question(installation, "mandate-standing", request, &Blobs::default());
        self.ask_for(
            scope,
            using,
            Doubt::Again,
            |standing: &model::Standing| json!({ "state": standing.mandate.state, "lines": standing.lines.len() }),
            |plugin, spec| async move { plugin.mandate_standing(spec, reference, provider_ref).await },
            |standing| Ok(Standing { mandate: mandate(standing.mandate), lines: lines(standing.lines)? }),
        )
        .await
    }

    async fn submit(&self, scope: &Scope, errand: Errand, run: String, lines: Vec<Line>) -> Result<Submitted, PortError> {
        let using = Use::errand(errand, "submit-run", json!({ "run": run, "lines": lines.len() }), &Blobs::default());
        let lines: Vec<model::Line> = lines.into_iter().map(line_out).collect();
        self.ask_for(
            scope,
            using,
            Doubt::Money,
            |submitted: &model::Submitted| json!({ "provider_ref": submitted.provider_ref, "refused": submitted.refused.len() }),
            |plugin, spec| async move { plugin.submit_run(spec, run, lines).await },
            |submitted| Ok(Submitted { provider_ref: submitted.provider_ref, refused: refusals(submitted.refused) }),
        )
        .await
    }

    async fn results(
        &self,
        scope: &Scope,
        installation: Uuid,
        run: String,
        provider_ref: Option<String>,
        open: Vec<Line>,
    ) -> Result<Vec<Line>, PortError> {
        let open: Vec<model::Line> = open.into_iter().map(line_out).collect();
        let (mut found, mut cursor) = (Vec::new(), None::<String>);
        for page in 0..PAGES {
            let request = json!({ "run": run, "provider_ref": provider_ref, "open": open.len(), "page": page });
            let using = Use::question(installation, "run-results", request, &Blobs::default());
            let (run, provider_ref, open, from) = (run.clone(), provider_ref.clone(), open.clone(), cursor.clone());
            let (mut more, next) = self
                .ask_for(
                    scope,
                    using,
                    Doubt::Again,
                    |page: &model::LinePage| json!({ "lines": page.lines.len(), "next": page.next }),
                    |plugin, spec| async move { plugin.run_results(spec, run, provider_ref, open, from).await },
                    |page| Ok((lines(page.lines)?, page.next)),
                )
                .await?;
            found.append(&mut more);
            if !goes_on(&mut cursor, next) {
                return Ok(found);
            }
        }
        Err(endless())
    }
}

#[async_trait]
impl PayrollGateway for Integrations {
    async fn payrolls(&self, scope: &Scope) -> AppResult<Vec<Uuid>> {
        self.ids_answering(scope, "deductions").await
    }

    async fn deliver(&self, scope: &Scope, schedule: Schedule) -> Result<Delivered, PortError> {
        let blobs = Blobs::default();
        let request = json!({ "period": schedule.period, "due": schedule.due, "deductions": schedule.deductions.len() });
        let using = Use::errand(schedule.errand, "submit-schedule", request, &blobs);
        let asked = model::Schedule {
            employer: papers::party_out(schedule.employer),
            period: schedule.period,
            due: schedule.due.to_string(),
            deductions: schedule.deductions.into_iter().map(deduction).collect(),
            extra: Vec::new(),
        };
        self.ask_for(
            scope,
            using,
            Doubt::Unknown,
            |delivered: &model::Delivered| json!({ "provider_ref": delivered.provider_ref, "refused": delivered.refused.len() }),
            |plugin, spec| async move { plugin.submit_schedule(spec, asked).await },
            |delivered| {
                let file = delivered.file.and_then(|file| papers::take(&blobs, file));
                Ok(Delivered { provider_ref: delivered.provider_ref, file, refused: refusals(delivered.refused) })
            },
        )
        .await
    }

    async fn answers(&self, scope: &Scope, installation: Uuid, provider_ref: String, file: Option<Bytes>) -> Result<EmployerAnswer, PortError> {
        let blobs = Blobs::default();
        let lent = file.map(|bytes| papers::lend(&blobs, "answer", String::new(), "application/octet-stream".to_owned(), bytes)).transpose()?;
        let file = lent.map(|file| file.blob);
        let (mut answer, mut cursor) = (EmployerAnswer::default(), None::<String>);
        for page in 0..PAGES {
            let request = json!({ "provider_ref": provider_ref, "file": file.is_some(), "page": page });
            let using = Use::question(installation, "schedule-answers", request, &blobs);
            let (provider_ref, file, from) = (provider_ref.clone(), file.clone(), cursor.clone());
            let (mut part, next) = self
                .ask_for(
                    scope,
                    using,
                    Doubt::Again,
                    |page: &model::Answered| json!({ "lines": page.lines.len(), "next": page.next }),
                    |plugin, spec| async move { plugin.schedule_answers(spec, provider_ref, file, from).await },
                    employer_answer,
                )
                .await?;
            // Each page may repeat what was transferred; the first one that says it counts.
            answer.lines.append(&mut part.lines);
            answer.settlement = answer.settlement.or(part.settlement);
            answer.settled_on = answer.settled_on.or(part.settled_on);
            answer.settlement_ref = answer.settlement_ref.or(part.settlement_ref);
            if !goes_on(&mut cursor, next) {
                return Ok(answer);
            }
        }
        Err(endless())
    }
}

/// Moves on to the next page. The same cursor again would never end.
fn goes_on(cursor: &mut Option<String>, next: Option<String>) -> bool {
    let goes_on = next.is_some() && *cursor != next;
    *cursor = next;
    goes_on
}

fn endless() -> PortError {
    PortError::Rejected { code: "too-large".into(), message: format!("there are more than {PAGES} pages") }
}

fn written(wish: MandateWish) -> model::Mandate {
    model::Mandate {
        reference: wish.reference,
        provider_ref: wish.provider_ref,
        scheme: wish.scheme,
        debtor: papers::party_out(wish.debtor),
        account: papers::account_out(wish.account),
        amount: amount_out(wish.amount),
        first_amount: wish.first_amount.map(amount_out),
        maximum: wish.maximum.map(amount_out),
        frequency: wish.frequency.as_str().to_owned(),
        collection_day: wish.collection_day,
        first_on: wish.first_on.to_string(),
        count: wish.count,
        tracking_days: wish.tracking_days,
        state: MandateState::Pending.as_str().to_owned(),
        message: None,
        extra: Vec::new(),
    }
}

fn mandate(mandate: model::Mandate) -> Mandate {
    Mandate {
        reference: mandate.reference,
        provider_ref: mandate.provider_ref,
        state: MandateState::from_name(&mandate.state).unwrap_or(MandateState::Pending),
        message: mandate.message,
    }
}

fn line_out(line: Line) -> model::Line {
    model::Line {
        reference: line.reference,
        provider_ref: line.provider_ref,
        mandate: line.mandate,
        mandate_ref: line.mandate_ref,
        amount: amount_out(line.amount),
        due: line.due.to_string(),
        state: line.state.as_str().to_owned(),
        collected: line.collected.map(amount_out),
        paid_on: line.paid_on.map(|day| day.to_string()),
        code: line.code,
        reason: line.reason,
        extra: Vec::new(),
    }
}

/// A line whose amounts and days can be read. What cannot be read must not be taken for "not said".
fn line(line: model::Line) -> Result<Line, String> {
    Ok(Line {
        reference: line.reference,
        provider_ref: line.provider_ref,
        mandate: line.mandate,
        mandate_ref: line.mandate_ref,
        amount: amount_in(line.amount)?,
        due: day_in(&line.due)?,
        state: LineState::from_name(&line.state).unwrap_or(LineState::Submitted),
        collected: line.collected.map(amount_in).transpose()?,
        paid_on: line.paid_on.as_deref().map(day_in).transpose()?,
        code: line.code,
        reason: line.reason,
    })
}

fn lines(lines: Vec<model::Line>) -> Result<Vec<Line>, String> {
    lines.into_iter().map(line).collect()
}

fn refusals(refusals: Vec<model::Refusal>) -> Vec<Refusal> {
    let refusal = |refusal: model::Refusal| Refusal { reference: refusal.reference, code: refusal.code, message: refusal.message };
    refusals.into_iter().map(refusal).collect()
}

fn deduction(deduction: Deduction) -> model::Deduction {
    model::Deduction {
        reference: deduction.reference,
        mandate: deduction.mandate,
        employee: papers::party_out(deduction.employee),
        amount: amount_out(deduction.amount),
        extra: Vec::new(),
    }
}

fn employer_answer(page: model::Answered) -> Result<(EmployerAnswer, Option<String>), String> {
    let answer = EmployerAnswer {
        lines: lines(page.lines)?,
        settlement: page.settlement.map(amount_in).transpose()?,
        settled_on: page.settled_on.as_deref().map(day_in).transpose()?,
        settlement_ref: page.settlement_ref,
    };
    Ok((answer, page.next))
}

/// For the call log: nothing of the payer.
fn describe_wish(wish: &MandateWish) -> Value {
    json!({ "reference": wish.reference, "scheme": wish.scheme, "amount_minor": wish.amount.minor, "frequency": wish.frequency })
}

fn describe(mandate: &model::Mandate) -> Value {
    json!({ "reference": mandate.reference, "provider_ref": mandate.provider_ref, "state": mandate.state })
}

#[cfg(test)]
mod tests {
    use plugin_host::model::Money;

    use super::*;

    fn told(state: &str, collected: Option<&str>) -> model::Line {
        model::Line {
            reference: Some("A1".into()),
            provider_ref: None,
            mandate: "M1".into(),
            mandate_ref: None,
            amount: Money { minor: 45_000, currency: "NAD".into() },
            due: "2026-10-25".into(),
            state: state.into(),
            collected: collected.map(|currency| Money { minor: 45_000, currency: currency.into() }),
            paid_on: None,
            code: None,
            reason: None,
            extra: Vec::new(),
        }
    }

    #[test]
    fn money_came_only_if_the_plugin_says_so_in_words_that_are_known() {
        let state = |word: &str| line(told(word, None)).unwrap_or_else(|error| panic!("{error}")).state;
        assert_eq!(state("collected"), LineState::Collected);
        assert_eq!(state("S"), LineState::Submitted);
        assert!(line(told("collected", Some("???"))).is_err(), "an amount that cannot be read is not nothing");
    }

    #[test]
    fn a_line_goes_out_as_it_came_in() {
        let once = line(told("retrying", Some("NAD"))).unwrap_or_else(|error| panic!("{error}"));
        let twice = line(line_out(once.clone())).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(once, twice);
    }

    #[test]
    fn pages_end_with_the_last_or_where_they_repeat() {
        let mut cursor = None;
        assert!(goes_on(&mut cursor, Some("2".into())));
        assert!(!goes_on(&mut cursor, Some("2".into())));
        assert!(!goes_on(&mut cursor, None));
    }
}
