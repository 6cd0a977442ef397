//! Prices, cover and claims through the plugins of insurers: the `InsurerGateway` of domains.

use async_trait::async_trait;
use kernel::{AppResult, Scope};
use plugin_host::model::insurance as model;
use ports::{
    PortError,
    insurer::{
        BindWish, Claim, ClaimNotice, ClaimState, ClaimSupplement, Cover, CoverState, InsurerGateway, InsurerRef, Offer, OfferState, QuoteWish,
    },
    provider::Part,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Integrations,
    ask::{Doubt, amount_in, amount_out, day_in, instant, millis},
    calls::{Blobs, Use},
    papers,
};

#[async_trait]
impl InsurerGateway for Integrations {
    async fn insurers(&self, scope: &Scope) -> AppResult<Vec<Uuid>> {
        self.ids_answering(scope, "insurer").await
    }

    async fn quote(&self, scope: &Scope, wish: QuoteWish) -> Result<Vec<Offer>, PortError> {
        let blobs = Blobs::default();
        let request = json!({ "product": wish.product, "cover": wish.cover, "starts": wish.starts, "ends": wish.ends });
        let using = Use::errand(wish.errand, "quote", request, &blobs);
        let asked = model::QuoteRequest {
            product: wish.product,
            cover: wish.cover,
            starts: wish.starts.to_string(),
            ends: wish.ends.to_string(),
            currency: wish.currency,
            sum_insured: wish.sum_insured.map(amount_out),
            insured: papers::party_out(wish.insured),
            risk: wish.risk.to_string(),
            answers: wish.answers.to_string(),
            extra: Vec::new(),
        };
        self.ask_for(
            scope,
            using,
            Doubt::Again,
            |offers: &Vec<model::Offer>| offers.iter().map(|offer| json!({ "provider_ref": offer.provider_ref, "state": offer.state })).collect(),
            |plugin, spec| async move { plugin.quote(spec, asked).await },
            |offers| offers.into_iter().map(|one| offer(&blobs, one)).collect(),
        )
        .await
    }

    async fn bind(&self, scope: &Scope, wish: BindWish) -> Result<Cover, PortError> {
        let blobs = Blobs::default();
        let request = json!({ "offer": wish.offer_ref, "reference": wish.reference, "total_minor": wish.total.minor });
        let using = Use::errand(wish.errand, "bind", request, &blobs);
        let asked = model::BindRequest {
            offer_ref: wish.offer_ref,
            reference: wish.reference,
            total: amount_out(wish.total),
            payment_reference: wish.payment_reference,
            insured: papers::party_out(wish.insured),
            extra: Vec::new(),
        };
        self.ask_for(
            scope,
            using,
            Doubt::Unknown,
            describe_policy,
            |plugin, spec| async move { plugin.bind(spec, asked).await },
            |policy| cover(&blobs, policy),
        )
        .await
    }

    async fn cover(&self, scope: &Scope, named: InsurerRef) -> Result<Cover, PortError> {
        let blobs = Blobs::default();
        let InsurerRef { installation, provider_ref, reference } = named;
        let using = Use::question(installation, "policy", json!({ "provider_ref": provider_ref, "reference": reference }), &blobs);
        self.ask_for(
            scope,
            using,
            Doubt::Again,
            describe_policy,
            |plugin, spec| async move { plugin.policy(spec, provider_ref, reference).await },
            |policy| cover(&blobs, policy),
        )
        .await
    }

    async fn notify(&self, scope: &Scope, notice: ClaimNotice) -> Result<Claim, PortError> {
        let blobs = Blobs::default();
        let request = json!({ "policy": notice.policy_number, "reference": notice.reference, "kind": notice.kind, "papers": notice.papers.len() });
        let using = Use::errand(notice.errand, "notify-claim", request, &blobs);
        let told = model::Notice {
            policy_ref: notice.policy_ref,
            policy_number: notice.policy_number,
            reference: notice.reference,
            kind: notice.kind,
            occurred_ms: millis(notice.occurred_at),
            place: notice.place,
            description: notice.description,
            estimate: notice.estimate.map(amount_out),
            details: notice.details.to_string(),
            files: papers::lend_all(&blobs, notice.papers)?,
            extra: Vec::new(),
        };
        self.ask_for(scope, using, Doubt::Unknown, describe_claim, |plugin, spec| async move { plugin.notify_claim(spec, told).await }, claim).await
    }

    async fn supply(&self, scope: &Scope, supplement: ClaimSupplement) -> Result<Claim, PortError> {
        let blobs = Blobs::default();
        let ClaimSupplement { errand, provider_ref, note, papers: sent } = supplement;
        let using = Use::errand(errand, "supply-claim", json!({ "provider_ref": provider_ref, "papers": sent.len() }), &blobs);
        let files = papers::lend_all(&blobs, sent)?;
        self.ask_for(
            scope,
            using,
            Doubt::Unknown,
            describe_claim,
            |plugin, spec| async move { plugin.supply_claim(spec, provider_ref, note, files).await },
            claim,
        )
        .await
    }

    async fn claim(&self, scope: &Scope, named: InsurerRef) -> Result<Claim, PortError> {
        let InsurerRef { installation, provider_ref, reference } = named;
        let request = json!({ "provider_ref": provider_ref, "reference": reference });
        let using = Use::question(installation, "claim", request, &Blobs::default());
        self.ask_for(
            scope,
            using,
            Doubt::Again,
            describe_claim,
            |plugin, spec| async move { plugin.claim(spec, provider_ref, reference).await },
            claim,
        )
        .await
    }
}

/// An offer whose amounts can be read. What cannot be read must not be taken for "not said".
fn offer(blobs: &Blobs, offer: model::Offer) -> Result<Offer, String> {
    let part = |part: model::PremiumPart| amount_in(part.amount).map(|amount| Part { kind: part.kind, amount });
    Ok(Offer {
        provider_ref: offer.provider_ref,
        state: OfferState::from_name(&offer.state).unwrap_or(OfferState::Referred),
        total: offer.total.map(amount_in).transpose()?,
        parts: offer.parts.into_iter().map(part).collect::<Result<_, String>>()?,
        expires_at: offer.expires_ms.and_then(instant),
        reasons: offer.reasons,
        papers: papers::take_all(blobs, offer.files),
    })
}

fn cover(blobs: &Blobs, policy: model::Policy) -> Result<Cover, String> {
    Ok(Cover {
        provider_ref: policy.provider_ref,
        number: policy.number,
        state: CoverState::from_name(&policy.state).unwrap_or(CoverState::Pending),
        starts: policy.starts.as_deref().map(day_in).transpose()?,
        ends: policy.ends.as_deref().map(day_in).transpose()?,
        total: policy.total.map(amount_in).transpose()?,
        papers: papers::take_all(blobs, policy.files),
    })
}

fn claim(claim: model::Claim) -> Result<Claim, String> {
    Ok(Claim {
        provider_ref: claim.provider_ref,
        number: claim.number,
        state: ClaimState::from_name(&claim.state).unwrap_or(ClaimState::InReview),
        approved: claim.approved.map(amount_in).transpose()?,
        paid: claim.paid.map(amount_in).transpose()?,
        message: claim.message,
    })
}

/// For the call log: names and states, nothing of the insured.
fn describe_policy(policy: &model::Policy) -> Value {
    json!({ "provider_ref": policy.provider_ref, "number": policy.number, "state": policy.state, "files": policy.files.len() })
}

fn describe_claim(claim: &model::Claim) -> Value {
    json!({ "provider_ref": claim.provider_ref, "number": claim.number, "state": claim.state })
}

#[cfg(test)]
mod tests {
    use plugin_host::model::{File, Money};

    use super::*;

    fn policy(state: &str, starts: &str) -> model::Policy {
        model::Policy {
            provider_ref: "Q-9".into(),
            number: None,
            state: state.into(),
            starts: Some(starts.into()),
            ends: None,
            total: None,
            files: Vec::new(),
            extra: Vec::new(),
        }
    }

    #[test]
    fn an_unknown_state_is_pending_and_an_impossible_day_is_not_read() {
        let read = cover(&Blobs::default(), policy("blessed", "2026-10-03")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((read.state, read.starts.map(|day| day.to_string())), (CoverState::Pending, Some("2026-10-03".to_owned())));
        assert!(cover(&Blobs::default(), policy("active", "2026-13-03")).is_err());
    }

    #[test]
    fn an_offer_in_a_currency_that_nobody_knows_is_not_read_and_invented_files_are_left_out() {
        let file =
            File { blob: "nowhere".into(), kind: "wording".into(), name: "w.pdf".into(), content_type: "application/pdf".into(), extra: Vec::new() };
        let made = |currency: &str| model::Offer {
            provider_ref: "Q-9".into(),
            state: "quoted".into(),
            total: Some(Money { minor: 100, currency: currency.into() }),
            parts: Vec::new(),
            expires_ms: None,
            reasons: Vec::new(),
            files: vec![file.clone()],
            extra: Vec::new(),
        };
        assert!(offer(&Blobs::default(), made("XXX")).is_err());
        let read = offer(&Blobs::default(), made("KES")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((read.state, read.total.map(|total| total.minor), read.papers.len()), (OfferState::Quoted, Some(100), 0));
    }
}
