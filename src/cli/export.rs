//! `postwright export`

use std::io::Write;

use crate::post::{Post, little_text, plain};

use super::Outcome;
use super::analyze::complain;
use super::args::{ExportArgs, Form};
use super::input::Source;

pub(super) fn run(args: &ExportArgs) -> anyhow::Result<Outcome> {
    let files: Vec<_> = args.file.iter().cloned().collect();
    let mut outcome = Outcome::Fine;
    for source in Source::all(&files)? {
        let input = source.read()?;
        let post = Post::new(&input);
        for bad in post.bad_directives() {
            let line = input[..bad.input_span.start].matches('\n').count() + 1;
            let reason = &bad.reason;
            complain(&format!(
                "{source}:{line}: this comment for Postwright says nothing it knows: {reason}\n  help: mend it or take it out; it is left out of the text either way"
            ));
            outcome = Outcome::BadInput;
        }
        let text = match args.form {
            Form::LittleText => little_text::escape(post.text()),
            Form::Plain => post.text().to_owned(),
            Form::UnicodeSafe => plain::unicode_safe(post.text()),
        };
        std::io::stdout().write_all(text.as_bytes())?;
    }
    std::io::stdout().flush()?;
    Ok(outcome)
}
