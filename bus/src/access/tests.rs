use serde_json::json;

use model::Binding;

use super::*;

fn grant(role: BusRole) -> Grant {
    Grant {
        house: "villa-7k3q9x".parse().unwrap(),
        role,
        voice: if role > BusRole::House {
            Voice::One("gui/anna_12".to_owned())
        } else {
            Voice::Any
        },
        hosting: Hosting::Hosted,
    }
}

const OWN: &str = "egeoffrey/v2/villa-7k3q9x";

#[test]
fn nobody_names_another_house() {
    for role in BusRole::ALL {
        let grant = grant(*role);
        for topic in [
            "egeoffrey/v2/other-aaaaaa/gui/anna_12/controller/db/PING/null",
            "egeoffrey/v2/villa-7k3q9x",
            "egeoffrey/v2/villa-7k3q9xx/gui/anna_12/controller/db/PING/null",
            "egeoffrey/v3/villa-7k3q9x/gui/anna_12/controller/db/PING/null",
            "/egeoffrey/v2/villa-7k3q9x/gui/anna_12/controller/db/PING/null",
            "$SYS/broker",
            "zigbee2mqtt/lamp",
        ] {
            assert!(grant.may_publish(topic, false).is_err(), "{role} {topic}");
        }
        for filter in [
            "#",
            "+/#",
            "+/+/+/#",
            "egeoffrey/#",
            "egeoffrey/v2/#",
            "egeoffrey/v2/+/#",
            "egeoffrey/+/other-aaaaaa/#",
            "$SYS/#",
            "+/v2/villa-7k3q9x/#",
            "egeoffrey/v2/*/+/+/+/+/MANIFEST/#",
        ] {
            assert!(grant.may_subscribe(filter).is_err(), "{role} {filter}");
        }
        assert!(grant.may_subscribe(&format!("{OWN}/+/+/+/+/+/#")).is_ok());
        assert!(grant.may_subscribe("egeoffrey/+/villa-7k3q9x/#").is_ok());
    }
}

/// What is cut is read and written anew for every receiver, so a payload
/// that is no configuration file is not worth it.
#[test]
fn a_configuration_beyond_all_measure_is_not_cut_but_kept_back() {
    let viewer = grant(BusRole::Viewer);
    let topic = format!("{OWN}/controller/config/*/*/CONF/1/sensors/a");
    let of = |size: usize| {
        let data = json!({"description": "x".repeat(size)});
        viewer.view(&topic, &Envelope::new(1, data).to_bytes())
    };
    assert!(matches!(of(200_000), View::Cut(_)));
    assert_eq!(of(300_000), View::Nothing);
}

#[test]
fn only_the_runtime_speaks_as_controller_of_a_hosted_house() {
    let conf = format!("{OWN}/controller/config/*/*/CONF/1/house");
    let watchdog = format!("{OWN}/system/watchdog-egeoffrey-controller-0123456789/*/*/MANIFEST/x");
    assert!(grant(BusRole::Runtime).may_publish(&conf, true).is_ok());
    for topic in [&conf, &watchdog] {
        assert!(matches!(
            grant(BusRole::House).may_publish(topic, true),
            Err(Denied::Sender(_))
        ));
    }
    let at_home = Grant {
        hosting: Hosting::OnPremise,
        ..grant(BusRole::House)
    };
    assert!(at_home.may_publish(&conf, true).is_ok());
}

#[test]
fn people_send_only_as_themselves_and_only_what_their_role_may() {
    let topic = |from: &str, command: &str| format!("{OWN}/{from}/controller/hub/{command}/lab/x");
    for (role, command, allowed) in [
        (BusRole::Viewer, "GET", true),
        (BusRole::Viewer, "GET_COUNT", true),
        (BusRole::Viewer, "GETAWAY", false),
        (BusRole::Viewer, "SET", false),
        (BusRole::Resident, "SET", true),
        (BusRole::Resident, "SAVE", false),
        (BusRole::Admin, "SAVE", true),
    ] {
        let grant = grant(role);
        assert_eq!(
            grant
                .may_publish(&topic("gui/anna_12", command), false)
                .is_ok(),
            allowed
        );
        assert!(
            grant
                .may_publish(&topic("gui/anna_1", command), false)
                .is_err()
        );
        assert!(
            grant
                .may_publish(&topic("gui/anna_12", command), true)
                .is_err()
        );
    }
}

#[test]
fn a_viewer_sees_neither_secrets_nor_what_is_for_others() {
    let viewer = grant(BusRole::Viewer);
    let payload = Envelope::new(
        1,
        json!({"format": "int", "service": {"name": "x", "configuration": {"key": "secret"}}}),
    );
    let sensor = format!("{OWN}/controller/config/*/*/CONF/1/sensors/lab/temp");
    let View::Cut(cut) = viewer.view(&sensor, &payload.to_bytes()) else {
        panic!("not cut")
    };
    assert!(!String::from_utf8(cut).unwrap().contains("secret"));
    for hidden in [
        "controller/config/*/*/CONF/1/notification/smtp",
        "controller/config/*/*/CONF/1/sensorsx/a",
        "controller/db/gui/anna_1/GET/lab/temp",
        "controller/db/gui/anna_123/GET/lab/temp",
        "service/x/controller/logger/LOG/info",
    ] {
        assert_eq!(
            viewer.view(&format!("{OWN}/{hidden}"), b""),
            View::Nothing,
            "{hidden}"
        );
    }
    for shown in [
        "controller/db/gui/anna_12/GET/x",
        "controller/db/*/*/SAVED/x",
        "controller/config/*/*/CONF/2/gui/settings",
    ] {
        assert_eq!(
            viewer.view(&format!("{OWN}/{shown}"), b""),
            View::Whole,
            "{shown}"
        );
    }
    let users = Envelope::new(1, json!({"anna": {"password": 1}, "bob": {"password": 2}}));
    let View::Cut(cut) = viewer.view(
        &format!("{OWN}/controller/config/*/*/CONF/1/gui/users"),
        &users.to_bytes(),
    ) else {
        panic!("not cut")
    };
    assert_eq!(
        Envelope::parse(&cut).unwrap().unwrap().data,
        json!({"anna": {"password": 1}})
    );
}

/// A stock GUI draws the number behind its user itself.
fn with_secret(role: BusRole) -> Grant {
    let binding = match role {
        BusRole::Runtime | BusRole::House => Binding::House,
        BusRole::Package => Binding::Package {
            package: "egeoffrey-service-mqtt".parse().unwrap(),
            senders: vec![
                "service/mqtt".parse().unwrap(),
                "gui/webserver".parse().unwrap(),
            ],
        },
        BusRole::Admin | BusRole::Resident | BusRole::Viewer => Binding::Person {
            user: "anna".parse().unwrap(),
        },
    };
    assert!(binding.fits(role));
    Grant {
        voice: Voice::from(&binding),
        ..grant(role)
    }
}

/// As whom a credential of the role would speak by right.
const fn own_sender(role: BusRole) -> &'static str {
    match role {
        BusRole::Runtime => "controller/hub",
        BusRole::House => "service/anything",
        BusRole::Package => "service/mqtt",
        BusRole::Admin | BusRole::Resident | BusRole::Viewer => "gui/anna_61839",
    }
}

/// Role × command × configuration id, as the table reads from top to bottom.
#[test]
fn every_role_sends_what_the_table_says() {
    // Columns: runtime, house, package, admin, resident, viewer.
    let table: [(&str, [bool; 6]); 21] = [
        ("controller/db/PING/null", [true; 6]),
        ("controller/db/GET/lab/x", [true; 6]),
        ("controller/db/GET_COUNT/alert", [true; 6]),
        ("controller/db/STATS/lab/x", [true; 6]),
        ("controller/chatbot/ASK/null", [true; 6]),
        ("controller/config/SUBSCRIBE/null", [true; 6]),
        ("*/*/KEEPALIVE/0", [true; 6]),
        ("*/*/STATUS/1", [true; 6]),
        (
            "controller/hub/SET/lab/x",
            [true, true, true, true, true, false],
        ),
        (
            "controller/hub/POLL/lab/x",
            [true, true, true, true, true, false],
        ),
        (
            "controller/alerter/RUN/rule",
            [true, true, true, true, true, false],
        ),
        (
            "controller/hub/IN/lab/x",
            [true, true, true, true, false, false],
        ),
        (
            "controller/logger/LOG/info",
            [true, true, true, true, false, false],
        ),
        ("*/*/DISCOVER/*", [true, true, true, true, false, false]),
        (
            "*/*/RESTART/service/mqtt",
            [true, true, true, true, false, false],
        ),
        (
            "controller/config/SAVE/1/house",
            [true, true, false, true, false, false],
        ),
        (
            "controller/config/SAVE/1/gui/users",
            [true, true, false, true, false, false],
        ),
        (
            "controller/config/DELETE/1/sensors/lab/x",
            [true, true, false, true, false, false],
        ),
        (
            "controller/config/RENAME/1/rules/a",
            [true, true, false, true, false, false],
        ),
        (
            "controller/config/SAVE/1/service/mqtt",
            [true, true, true, true, false, false],
        ),
        (
            "controller/config/SAVE/1/service/mqtt/deeper",
            [true, true, false, true, false, false],
        ),
    ];
    for (rest, allowed) in table {
        for (role, allowed) in BusRole::ALL.iter().zip(allowed) {
            let topic = format!("{OWN}/{}/{rest}", own_sender(*role));
            let said = with_secret(*role).may_publish(&topic, false);
            assert_eq!(said.is_ok(), allowed, "{role} {rest}: {said:?}");
        }
    }
}

#[test]
fn nobody_but_the_runtime_borrows_a_voice() {
    for role in [
        BusRole::Package,
        BusRole::Admin,
        BusRole::Resident,
        BusRole::Viewer,
    ] {
        let grant = with_secret(role);
        for sender in [
            "controller/hub",
            "controller/config",
            "service/other",
            "notification/smtp",
            "gui/bob_1",
            "gui/anna",
            "gui/anna_1234567",
            "gui/joanna_1",
            "system/watchdog-egeoffrey-controller-0123456789",
            "system/watchdog-egeoffrey-service-other-0123456789",
        ] {
            let topic = format!("{OWN}/{sender}/controller/db/PING/null");
            assert_eq!(
                grant.may_publish(&topic, false),
                Err(Denied::Sender(sender.to_owned())),
                "{role}"
            );
        }
        // Nor does it write what nobody can attribute to a sender.
        assert!(grant.may_publish(&format!("{OWN}/x"), false).is_err());
    }
    let person = with_secret(BusRole::Viewer);
    for number in ["1", "100000", "999999"] {
        let topic = format!("{OWN}/gui/anna_{number}/controller/db/PING/null");
        assert!(person.may_publish(&topic, false).is_ok());
    }
    let package = with_secret(BusRole::Package);
    for own in [
        "gui/webserver",
        "system/watchdog-egeoffrey-service-mqtt-0123abcdef",
    ] {
        let topic = format!("{OWN}/{own}/*/*/STATUS/1");
        assert!(package.may_publish(&topic, false).is_ok(), "{own}");
    }
}

#[test]
fn a_package_retains_its_manifest_and_nothing_else() {
    let package = with_secret(BusRole::Package);
    let watchdog = "system/watchdog-egeoffrey-service-mqtt-0123abcdef";
    for (rest, allowed) in [
        (
            format!("{watchdog}/*/*/MANIFEST/egeoffrey-service-mqtt"),
            true,
        ),
        (
            "service/mqtt/*/*/MANIFEST/egeoffrey-service-mqtt".to_owned(),
            false,
        ),
        ("service/mqtt/*/*/CONF/1/service/mqtt".to_owned(), false),
        ("service/mqtt/*/*/LAST_VALUE/lab/x".to_owned(), false),
    ] {
        let said = package.may_publish(&format!("{OWN}/{rest}"), true);
        assert_eq!(said.is_ok(), allowed, "{rest}: {said:?}");
    }
    // At home the controller is a package like others.
    let controller = Grant {
        hosting: Hosting::OnPremise,
        voice: Voice::Package {
            package: "egeoffrey-controller".parse().unwrap(),
            senders: vec![
                "controller/config".parse().unwrap(),
                "controller/alerter".parse().unwrap(),
            ],
        },
        ..grant(BusRole::Package)
    };
    let conf = format!("{OWN}/controller/config/*/*/CONF/1/house");
    assert!(controller.may_publish(&conf, true).is_ok());
    let upgraded = format!("{OWN}/controller/alerter/controller/config/SAVE/2/rules/a");
    assert!(controller.may_publish(&upgraded, false).is_ok());
    let hosted = Grant {
        hosting: Hosting::Hosted,
        ..controller
    };
    assert!(hosted.may_publish(&conf, true).is_err());
}

#[test]
fn a_person_with_a_secret_hears_what_is_said_to_any_of_their_tabs() {
    let viewer = with_secret(BusRole::Viewer);
    let reply = |to: &str| viewer.view(&format!("{OWN}/controller/db/{to}/GET/lab/x"), b"");
    assert_eq!(reply("gui/anna_1"), View::Whole);
    assert_eq!(reply("gui/anna_99999"), View::Whole);
    for other in [
        "gui/bob_1",
        "gui/joanna_1",
        "service/mqtt",
        "controller/hub",
    ] {
        assert_eq!(reply(other), View::Nothing, "{other}");
    }
    let users = Envelope::new(1, json!({"anna": {"password": 1}, "bob": {"password": 2}}));
    let topic = format!("{OWN}/controller/config/*/*/CONF/1/gui/users");
    let View::Cut(cut) = viewer.view(&topic, &users.to_bytes()) else {
        panic!("not cut")
    };
    assert_eq!(
        Envelope::parse(&cut).unwrap().unwrap().data,
        json!({"anna": {"password": 1}})
    );
}
