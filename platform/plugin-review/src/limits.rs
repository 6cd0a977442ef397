//! What a plugin asks for against what there is, and what its scenarios used of it.

use plugin_host::Limits;
use plugin_host::manifest::Manifest;

use crate::report::Finding;
use crate::trial::Tried;

/// Remarks, none of which is an error: the platform lowers what is too much, and other machines are faster.
pub fn findings(manifest: &Manifest, tried: &[Tried]) -> Vec<Finding> {
    let mut found = asked(manifest);
    let limits = Limits::default().within(&manifest.limits);
    for scenario in tried {
        for (n, step) in scenario.steps.iter().enumerate() {
            let place = format!("{} step {}", scenario.file, n + 1);
            let cpu = limits.cpu.as_millis();
            if u128::from(step.cost.cpu_ms) * 2 > cpu {
                found
                    .push(Finding::warning("limits", format!("{} ms of CPU is more than half of the {cpu} it may use", step.cost.cpu_ms)).at(&place));
            }
            let memory = limits.memory_bytes >> 10;
            if step.cost.memory_kib * 4 > memory * 3 {
                found.push(
                    Finding::warning("limits", format!("{} KiB is more than three quarters of the {memory} it may use", step.cost.memory_kib))
                        .at(place),
                );
            }
        }
    }
    found
}

fn asked(manifest: &Manifest) -> Vec<Finding> {
    let (asked, most) = (&manifest.limits, Limits::default());
    let milliseconds = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let entries = [
        ("limits.memory", asked.memory.map(|size| size.0), most.memory_bytes as u64, "bytes"),
        ("limits.cpu_ms", asked.cpu_ms.map(u64::from), milliseconds(most.cpu), "ms"),
        ("limits.wall_ms", asked.wall_ms.map(u64::from), milliseconds(most.wall), "ms"),
        ("limits.http_calls", asked.http_calls.map(u64::from), most.http_calls.into(), "calls"),
    ];
    let beyond = entries.into_iter().filter(|(_, asked, most, _)| asked.is_some_and(|asked| asked > *most));
    beyond.map(|(place, _, most, unit)| Finding::warning("limits", format!("no plugin gets more than {most} {unit}")).at(place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{Cost, sample};

    const MANIFEST: &str = r#"
        id = "com.example.hello"
        version = "1.0.0"
        publisher = "example"
        kind = "payment"
        wit = "wakala:payments@1.0"
        license = "Apache-2.0"
        [display]
        name = "Hello"
        summary = "Greets, and takes no money."
        [[method]]
        name = "hello"
        currencies = ["KES"]
        min = 100
        max = 1000
        [limits]
        memory = "4MiB"
        cpu_ms = 100
        wall_ms = 90000
    "#;

    fn places(cost: Cost) -> Vec<String> {
        let manifest = Manifest::parse(MANIFEST).expect("a manifest");
        let tried: Vec<Tried> = vec![sample(cost)];
        findings(&manifest, &tried).into_iter().filter_map(|finding| finding.place).collect()
    }

    #[test]
    fn what_nobody_gets_and_what_is_nearly_used_up_is_remarked() {
        assert_eq!(places(Cost { cpu_ms: 10, wall_ms: 0, memory_kib: 1024 }), ["limits.wall_ms"]);
        assert_eq!(places(Cost { cpu_ms: 60, wall_ms: 0, memory_kib: 1024 }), ["limits.wall_ms", "scenarios/sample.toml step 1"]);
        assert_eq!(places(Cost { cpu_ms: 10, wall_ms: 0, memory_kib: 3500 }), ["limits.wall_ms", "scenarios/sample.toml step 1"]);
    }
}
