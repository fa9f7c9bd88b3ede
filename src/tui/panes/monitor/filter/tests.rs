use super::*;
use proptest::prelude::*;

const POST: Facts<'static> = Facts {
    number: 4711,
    name: "Postwright",
    user: Some("anna"),
    cpu: Some(0.125),
    memory: Some(85 << 20),
};
const UNKNOWN: Facts<'static> = Facts {
    number: 1,
    name: "init",
    user: None,
    cpu: None,
    memory: None,
};

fn finds(filter: &str, facts: &Facts<'_>) -> bool {
    Filter::parse(filter).unwrap().matches(facts)
}

#[test]
fn compares_what_a_row_tells() {
    for (filter, wanted) in [
        ("post", true),
        ("\"post\"", true),
        ("cron", false),
        ("name~WRIGHT", true),
        ("name = postwright", true),
        ("name=post", false),
        ("name!=post", true),
        ("name!~post", false),
        ("user=anna", true),
        ("cpu>12", true),
        ("cpu>12.5", false),
        ("cpu>=12.5%", true),
        ("cpu<=12.5", true),
        ("cpu<12.5", false),
        ("cpu=12.5", true),
        ("cpu=12.4", false),
        ("cpu!=12.4", true),
        ("mem>84M", true),
        ("mem>85m", false),
        ("mem=85MiB", true),
        ("mem>=87040K", true),
        ("mem<0.1G", true),
        ("mem>89000000", true),
        ("mem>100B", true),
        ("pid=4711", true),
        ("tid!=4711", false),
        ("cpu>10 and name~post", true),
        ("cpu>50 and name~post", false),
        ("cpu>50 or name~post", true),
        ("not cpu>50", true),
        ("not not post", true),
        ("NOT (user=root OR mem<1M)", true),
        ("cron or post and cpu>50", false),
        ("(cron or post) and cpu>5", true),
        ("not cron and not init", true),
        ("name=and or name~post", true),
        ("and=1 or post", false),
    ] {
        match Filter::parse(filter) {
            Ok(parsed) => assert_eq!(parsed.matches(&POST), wanted, "{filter}"),
            Err(error) => assert!(filter.starts_with("and"), "{filter}: {error}"),
        }
    }
}

#[test]
fn what_is_not_known_fulfils_no_comparison() {
    for filter in ["cpu<1000", "cpu!=3", "mem>=0", "user!=root", "user!~root"] {
        assert!(!finds(filter, &UNKNOWN), "{filter}");
        assert!(finds(&format!("not {filter}"), &UNKNOWN), "{filter}");
    }
    assert!(finds("init and pid=1", &UNKNOWN));
}

#[test]
fn a_mistake_is_told_with_its_column() {
    for (filter, column, told) in [
        ("", 1, "ends here"),
        ("cpu>", 5, "a value behind `>`"),
        ("cpu>ten", 5, "`ten` is no number"),
        ("cpu>-1", 5, "`-1` is no number"),
        ("mem>1X", 5, "64M"),
        ("cpu~10", 1, "`~` is for name and user"),
        ("user=é and cpu~1", 12, "`~` is for name and user"),
        ("name>a", 1, "`>` is for numbers"),
        ("size>1", 1, "`size` is no field"),
        ("post wright", 6, "expected `and` or `or`"),
        ("(post", 6, "`)`"),
        ("(post wright", 7, "`and`, `or` or `)`"),
        ("post)", 5, "no bracket is open"),
        ("()", 2, "before `)`"),
        ("post and", 9, "a comparison"),
        ("and post", 1, "before `and`"),
        (">3", 1, "a field before `>`"),
        ("cpu>>3", 5, "a value behind `>`"),
        ("name=\"post", 6, "no end"),
        ("!post", 1, "write `not`"),
    ] {
        let error = Filter::parse(filter).unwrap_err();
        assert_eq!(error.column, column, "{filter}: {error}");
        assert!(error.message.contains(told), "{filter}: {error}");
    }
    for deep in ["(".repeat(100_000), "not ".repeat(100_000)] {
        let error = Filter::parse(&deep).unwrap_err();
        assert!(error.message.contains("nested"), "{error}");
    }
    let long = vec!["a"; 50_000].join(" or ");
    assert!(!finds(&long, &UNKNOWN));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}") {
        let _ = Filter::parse(&text);
    }

    #[test]
    fn no_row_of_words_makes_it_panic(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "cpu", "mem", "name", "user", "pid", "and", "or", "not", "(", ")", ">", ">=", "<",
                "=", "!=", "~", "!~", "10", "1.5G", "1e9", "post", "\"a b\"", "é", ".", "K",
            ]),
            0..12,
        ),
    ) {
        if let Ok(filter) = Filter::parse(&words.join(" ")) {
            prop_assert_eq!(Filter::parse(filter.text()), Ok(filter.clone()));
            let not = Filter::parse(&format!("not ({})", filter.text())).unwrap();
            prop_assert_ne!(filter.matches(&POST), not.matches(&POST));
        }
    }
}
