//! Renders one document to a PDF file and says what it cost:
//!
//! ```text
//! cargo run --release -p documents --example render -- PACK_DOCUMENTS SAMPLE OUT.pdf [REPEAT]
//! ```
//!
//! `PACK_DOCUMENTS` is a folder with templates, `SAMPLE` a file of its `samples/`, whose name up
//! to the first dot is the template's. With `REPEAT` the document is made that often and the mean
//! CPU time is shown.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::DateTime;
use documents::qr;
use documents::render::{Fonts, Limits, RenderRequest, Template, render_now};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, sample, out, rest @ ..] = arguments.as_slice() else {
        return Err("usage: render PACK_DOCUMENTS SAMPLE OUT.pdf [REPEAT]".into());
    };
    let repeat: u32 = rest.first().map_or(Ok(1), |count| count.parse())?;
    let request = request(Path::new(folder), sample)?;

    let (fonts, limits) = (Fonts::bundled(), Limits::default());
    let started = Instant::now();
    let rendered = render_now(&fonts, &limits, &request)?;
    let first = started.elapsed();
    std::fs::write(out, &rendered.pdf)?;

    let (cpu, clock) = (cpu_time()?, Instant::now());
    for _ in 0..repeat {
        render_now(&fonts, &limits, &request)?;
    }
    let (cpu, clock) = (cpu_time()? - cpu, clock.elapsed());
    writeln!(
        std::io::stdout().lock(),
        "{out}: {} pages, {} bytes, unprintable {:?}; first {first:.1?}, then {:.1?} of CPU and {:.1?} of time each",
        rendered.pages,
        rendered.pdf.len(),
        rendered.unprintable,
        cpu / repeat,
        clock / repeat,
    )?;
    Ok(())
}

fn request(folder: &Path, sample: &str) -> Result<RenderRequest, Box<dyn Error>> {
    let stem = sample.split('.').next().unwrap_or(sample);
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let name = format!("{stem}.typ");
    let template = Template::new(&*name, read(&name)?).with_partial("letterhead.typ", read("letterhead.typ")?);
    let data: serde_json::Value = serde_json::from_str(&read(&format!("samples/{sample}"))?)?;
    let url = data["verification"]["url"].as_str().unwrap_or_default();
    let drawn = qr::svg(url)?;
    let logo = std::fs::read(folder.join("samples/logo.png"))?;
    let issued_at = DateTime::from_timestamp(1_772_190_300, 0).unwrap_or_default();
    Ok(RenderRequest::new(template, data, issued_at).with_asset("qr.svg", drawn.into_bytes()).with_asset("logo.png", logo))
}

/// CPU time of this process, ended threads included. Linux counts it in hundredths of a second,
/// so a mean needs many repetitions.
fn cpu_time() -> Result<Duration, Box<dyn Error>> {
    let statistics = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = statistics.rsplit(')').next().unwrap_or_default();
    let mut ticks = 0;
    for field in after_name.split_whitespace().skip(11).take(2) {
        ticks += field.parse::<u64>()?;
    }
    Ok(Duration::from_millis(ticks * 10))
}
