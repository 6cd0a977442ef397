//! The platform's own site.

use integrations::catalogue::Wish;
use pages::{Choice, FormState, Link, Shell, Step, StepState};

use super::{
    Sample,
    plugins::{detail, line},
    refused,
};
use crate::site::{CodePage, Demo, FindPage, HomePage, PluginPage, PluginsPage, ReadyPage, StartPage};

pub(super) fn site(shell: &Shell) -> Vec<Sample> {
    let steps = || vec![Step { label: shell.t("console-signup-step-business"), href: String::new(), state: StepState::Current }];
    let demo = Demo {
        name: "Mfano".into(),
        line: "Brokerage".into(),
        portal_href: "http://mfano.localhost/".into(),
        office_href: "http://mfano.office.localhost/".into(),
    };
    let code = |ask_address, verified| CodePage {
        shell: shell.clone().titled("console-code-title"),
        steps: steps(),
        form: refused(shell),
        email: "asha@example.com".into(),
        company: "Mfano".into(),
        address: "http://mfano.localhost/".into(),
        ask_address,
        verified,
        action: "/start/1".into(),
        again_href: "/start/1/again".into(),
    };
    let start = StartPage {
        shell: shell.clone().titled("console-signup-title"),
        steps: steps(),
        form: refused(shell),
        offers: vec![Choice {
            value: "brokerage.KE".into(),
            label: "Brokerage in Kenya".into(),
            detail: shell.t("console-signup-kind-brokerage-detail"),
        }],
        login_href: "/login".into(),
        agreement: vec![Link { label: shell.t("console-signup-terms-read"), href: "https://example.com/terms".into() }],
    };
    vec![
        Sample::of(
            "front door",
            &HomePage {
                shell: shell.clone().titled("console-home-title"),
                signup_href: "/start".into(),
                login_href: "/login".into(),
                demos: vec![demo],
            },
        ),
        Sample::of(
            "find the office",
            &FindPage {
                shell: shell.clone().titled("console-find-title"),
                form: FormState::new(shell),
                office_href: "http://mfano.office.localhost/login".into(),
                name: "Mfano".into(),
                missing: true,
            },
        ),
        Sample::of("catalogue", &PluginsPage::new(shell.clone(), vec![line()], &Wish::default())),
        Sample::of("plugin for everybody", &PluginPage::new(shell.clone(), detail(line()))),
        Sample::of("start", &start),
        Sample::of("code", &code(false, false)),
        Sample::of("code and address", &code(true, true)),
        Sample::of(
            "ready",
            &ReadyPage {
                shell: shell.clone().titled("console-ready-title"),
                steps: steps(),
                name: "Mfano".into(),
                enter_href: "http://mfano.office.localhost/welcome/x".into(),
                portal_href: "http://mfano.localhost/".into(),
                office_href: "http://mfano.office.localhost/".into(),
            },
        ),
    ]
}
