//! What those who run the platform decide about plugins at their own office, and that nobody finds it elsewhere.

use axum::http::StatusCode;
use integrations::REVIEW;
use kernel::routes::Access;
use plugin_host::package::{Package, SigningKey};
use uuid::Uuid;

use crate::support::{Browser, Firm, Site};

/// The owner of an office that publishes.
struct Author<'a> {
    browser: Browser<'a>,
    handle: String,
    key: SigningKey,
}

impl<'a> Author<'a> {
    async fn of(site: &'a Site, firm: &Firm) -> Self {
        let mut browser = site.owner(firm).await;
        let handle = format!("acme-{}", Uuid::now_v7().simple());
        let key = SigningKey::generate().expect("a key").0;
        let public = key.public().to_string();
        let account = browser.post("/publishing/account", &[("handle", &handle), ("name", "Acme"), ("support", "")]).await;
        let added = browser.post("/publishing/keys/new", &[("public_key", &public), ("name", "Laptop")]).await;
        assert_eq!((account.status, added.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{}", added.body);
        Self { browser, handle, key }
    }

    fn plugin(&self) -> String {
        format!("com.example.{}", self.handle)
    }

    /// A plugin of the platform's under this publisher's name, signed.
    fn archive(&self, changes: &str) -> Vec<u8> {
        let manifest = std::fs::read_to_string(testkit::root().join("plugins/assistant/plugin.toml")).expect("a manifest");
        let manifest = manifest
            .replace("id = \"ke.wakala.assistant\"", &format!("id = \"{}\"", self.plugin()))
            .replace("publisher = \"wakala\"", &format!("publisher = \"{}\"", self.handle));
        let files = [("plugin.toml", manifest.as_str()), ("plugin.wasm", "what runs"), ("CHANGELOG.md", changes)];
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
        let mut package = Package::of(files).expect("a package");
        package.sign(&self.key);
        package.write().expect("an archive")
    }

    /// Hands a package in and asks for its review; its id.
    async fn submit(&mut self, changes: &str) -> String {
        let archive = self.archive(changes);
        let handed_in = self.browser.upload("/publishing/packages/new", &[], ("package", "plugin.wakala", &archive)).await;
        assert_eq!(handed_in.status, StatusCode::SEE_OTHER, "{}", handed_in.body);
        let submitted = self.browser.post(&format!("{}/submit", handed_in.location), &[]).await;
        assert_eq!(submitted.status, StatusCode::SEE_OTHER, "{}", submitted.body);
        handed_in.location.rsplit('/').next().expect("an id").to_owned()
    }
}

/// The package that a form is about.
fn digest_on(body: &str) -> String {
    let (_, rest) = body.split_once("name=\"digest\" value=\"").expect("a form with a digest");
    rest.chars().take_while(char::is_ascii_hexdigit).collect()
}

#[tokio::test]
async fn a_package_is_sent_back_with_a_reason_and_approved_once_it_is_mended() {
    let operators = Site::new().brokerage().await;
    let site = Site::operated_by(&operators);
    let mut author = Author::of(&site, &site.brokerage().await).await;
    let mut reviewer = site.owner(&operators).await;
    let id = author.submit("- The first \u{202e}one.").await;
    let place = format!("/reviewing/packages/{id}");
    assert!(reviewer.get("/reviewing").await.has(&place), "it waits");

    let waiting = reviewer.get(&place).await;
    assert!(waiting.has("Acme") && waiting.has("The first one."), "without what turns the words: {}", waiting.body);
    assert!(waiting.has("not examined it yet") && !waiting.has(&format!("{place}/approve")), "{}", waiting.body);
    let digest = digest_on(&reviewer.get(&format!("{place}/reject")).await.body);
    let early = reviewer.post(&format!("{place}/approve"), &[("digest", &digest)]).await;
    assert!(early.status == StatusCode::UNPROCESSABLE_ENTITY && early.has("The machine has not passed this package yet"), "{}", early.body);
    let examined = reviewer.post(&format!("{place}/examine"), &[]).await;
    assert_eq!((examined.status, &examined.location), (StatusCode::SEE_OTHER, &place), "{}", examined.body);
    assert!(reviewer.get(&place).await.has("1 of 1 hold"));

    let silent = reviewer.post(&format!("{place}/reject"), &[("digest", &digest), ("reason", " ")]).await;
    assert!(silent.status == StatusCode::UNPROCESSABLE_ENTITY && silent.has("f-reason-error"), "{}", silent.body);
    let rejected = reviewer.post(&format!("{place}/reject"), &[("digest", &digest), ("reason", "Say what the server is for.")]).await;
    assert_eq!((rejected.status, &rejected.location), (StatusCode::SEE_OTHER, &place), "{}", rejected.body);
    assert!(author.browser.get(&format!("/publishing/packages/{id}")).await.has("Say what the server is for."));
    assert!(!reviewer.get("/reviewing").await.has(&place) && reviewer.get("/reviewing?state=rejected").await.has(&place));

    assert_eq!(author.submit("- Says what the server is for.").await, id, "another one in its place");
    reviewer.post(&format!("{place}/examine"), &[]).await;
    let stale = reviewer.post(&format!("{place}/approve"), &[("digest", &digest)]).await;
    assert_eq!((stale.status, stale.location.as_str()), (StatusCode::SEE_OTHER, "/reviewing"), "what was read is not what is there: {}", stale.body);
    assert!(!author.browser.get(&format!("/publishing/packages/{id}")).await.has("Approved"));
    let old = reviewer.get(&format!("{place}/approve?digest={digest}")).await;
    assert_eq!((old.status, old.location.as_str()), (StatusCode::SEE_OTHER, "/reviewing"), "the page that was open was about another one");
    let digest = digest_on(&reviewer.get(&format!("{place}/approve")).await.body);
    let approved = reviewer.post(&format!("{place}/approve"), &[("digest", &digest)]).await;
    assert_eq!((approved.status, &approved.location), (StatusCode::SEE_OTHER, &place), "{}", approved.body);
    assert!(author.browser.get(&format!("/publishing/packages/{id}")).await.has("Approved"));
    let again = reviewer.post(&format!("{place}/approve"), &[("digest", &digest)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "it is decided about once");
}

#[tokio::test]
async fn a_version_is_stopped_let_run_again_and_withdrawn_for_good() {
    let operators = Site::new().brokerage().await;
    let site = Site::operated_by(&operators);
    let mut author = Author::of(&site, &site.brokerage().await).await;
    let mut reviewer = site.owner(&operators).await;
    let (plugin, id) = (author.plugin(), author.submit("- The first one.").await);
    let place = format!("/reviewing/packages/{id}");
    reviewer.post(&format!("{place}/examine"), &[]).await;
    let digest = digest_on(&reviewer.get(&format!("{place}/approve")).await.body);
    reviewer.post(&format!("{place}/approve"), &[("digest", &digest)]).await;
    let listed = author.browser.post(&format!("/publishing/packages/{id}/list"), &[]).await;
    assert_eq!(listed.status, StatusCode::SEE_OTHER, "{}", listed.body);
    let place = format!("/reviewing/versions/{plugin}/1.0.0");
    assert!(reviewer.get(&format!("/reviewing/versions?search={plugin}")).await.has(&place));

    let key = reviewer.get("/reviewing/stops/new").await.hidden("idempotency_key");
    let stop = |version| {
        [("idempotency_key", key.as_str()), ("what", "plugin"), ("plugin", plugin.as_str()), ("number", version), ("reason", "It sends too much.")]
    };
    let unknown = reviewer.post("/reviewing/stops/new", &stop("9.9.9")).await;
    assert!(unknown.status == StatusCode::UNPROCESSABLE_ENTITY && unknown.has("f-number-error"), "{}", unknown.body);
    for _ in 0..2 {
        let stopped = reviewer.post("/reviewing/stops/new", &stop("1.0.0")).await;
        assert_eq!(stopped.location, "/reviewing/stops", "{}", stopped.body);
    }
    let stops = reviewer.get("/reviewing/stops").await;
    let parts: Vec<&str> = stops.body.split(&format!("\">{plugin} 1.0.0</a>")).collect();
    assert_eq!(parts.len(), 2, "it is stopped once: {}", stops.body);
    let link = parts[0].rsplit("href=\"").next().expect("a link");
    assert!(reviewer.get(link).await.has("Juma Otieno"), "by whom");
    assert_eq!(reviewer.post(link, &[]).await.location, "/reviewing/stops");
    assert_eq!(reviewer.get(link).await.status, StatusCode::NOT_FOUND, "it is over");

    let mark = format!("{place}/mark");
    let silent = reviewer.post(&mark, &[("state", "yanked")]).await;
    assert!(silent.status == StatusCode::UNPROCESSABLE_ENTITY && silent.has("f-reason-error"), "{}", silent.body);
    for (state, word) in [("yanked", "Not to be used"), ("revoked", "Withdrawn")] {
        let marked = reviewer.post(&mark, &[("state", state), ("reason", "It keeps what it should not.")]).await;
        assert_eq!((marked.status, &marked.location), (StatusCode::SEE_OTHER, &place), "{}", marked.body);
        assert!(reviewer.get(&place).await.has(word), "{state}");
    }
    assert!(!reviewer.get(&place).await.has(&mark), "nothing follows");
    let back = reviewer.post(&mark, &[("state", "listed"), ("reason", "Again.")]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", back.body);
}

#[tokio::test]
async fn an_office_does_not_review_what_it_published_itself() {
    let operators = Site::new().brokerage().await;
    let site = Site::operated_by(&operators);
    let id = Author::of(&site, &operators).await.submit("- The first one.").await;
    let mut colleague = site.member(&operators, "colleague@example.com", "admin").await;
    colleague.post(&format!("/reviewing/packages/{id}/examine"), &[]).await;
    for act in ["approve", "reject"] {
        let refused = colleague.post(&format!("/reviewing/packages/{id}/{act}"), &[("reason", "Ours.")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
        assert!(refused.has("This office published the package itself"), "{}", refused.body);
    }
}

#[tokio::test]
async fn what_an_office_withdrew_of_its_own_it_does_not_offer_again_itself() {
    let operators = Site::new().brokerage().await;
    let site = Site::operated_by(&operators);
    let mut author = Author::of(&site, &operators).await;
    let (plugin, id) = (author.plugin(), author.submit("- The first one.").await);
    let digest = digest_on(&author.browser.get(&format!("/reviewing/packages/{id}/reject")).await.body);
    let id = Uuid::parse_str(&id).expect("an id");
    integrations::publishing::examine_now(&site.app, id).await.expect("a report");
    integrations::publishing::approve(&site.app, id, &digest, "somebody else", "Read.").await.expect("approved");
    author.browser.post(&format!("/publishing/packages/{id}/list"), &[]).await;
    let mark = format!("/reviewing/versions/{plugin}/1.0.0/mark");
    let withdrawn = author.browser.post(&mark, &[("state", "yanked"), ("reason", "It forgets receipts.")]).await;
    assert_eq!(withdrawn.status, StatusCode::SEE_OTHER, "{}", withdrawn.body);
    let again = author.browser.post(&mark, &[("state", "listed"), ("reason", "It remembers.")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.body);
    assert!(again.has("This office published the package itself"), "{}", again.body);
}

#[tokio::test]
async fn at_any_other_office_nothing_of_it_is_there() {
    let operators = Site::new().brokerage().await;
    let site = Site::operated_by(&operators);
    let other = site.brokerage().await;
    let routes: Vec<_> = site.routes.table().iter().filter(|route| route.access == Access::Staff(REVIEW)).collect();
    assert!(routes.len() > 15, "{} routes", routes.len());
    let nobodys = Site::new();
    for (site, firm) in [(&site, &other), (&nobodys, &operators)] {
        let mut owner = site.owner(firm).await;
        assert!(!owner.get("/publishing").await.has("/reviewing"), "nothing leads there");
        for route in &routes {
            let part = |part: &str| if part.starts_with('{') { Uuid::now_v7().to_string() } else { part.to_owned() };
            let path = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
            let shown = if route.method == "GET" { owner.get(&path).await } else { owner.post(&path, &[("reason", "Because.")]).await };
            assert_eq!(shown.status, StatusCode::NOT_FOUND, "{} {path}", route.method);
        }
    }
    let mut owner = site.owner(&operators).await;
    assert!(owner.get("/publishing").await.has("/reviewing"));
    assert_eq!(owner.get("/reviewing").await.status, StatusCode::OK);
}
