//! What is measured.

/// A request to one of the servers.
pub struct Case {
    pub name: &'static str,
    pub package: &'static str,
    pub path: &'static str,
    pub environment: &'static [(&'static str, &'static str)],
    pub body: Body,
    /// Compared with the committed figures by `--check`.
    pub is_checked: bool,
    /// Whether it is a framework that only the throughput is compared with.
    pub is_framework: bool,
}

/// What the server must answer.
pub enum Body {
    Text(&'static str),
    /// `page.html`, the same bytes with every engine.
    Page,
    /// `museum.html`, in Spanish.
    Museum,
}

const PLAIN: Body = Body::Text("Hello, World!");
const USER: Body = Body::Text("user 42");

/// All that can be measured, in the order of the table.
pub const CASES: &[Case] = &[
    peer("hyper", "peer-hyper", "/plain", PLAIN),
    peer("axum", "peer-axum", "/plain", PLAIN),
    peer("axum-parameter", "peer-axum", "/user/42", USER),
    peer("axum-tera", "peer-axum", "/tera", Body::Page),
    peer("axum-askama", "peer-axum", "/askama", Body::Page),
    peer(
        "axum-tera-languages",
        "peer-axum-museum",
        "/tera/es/rooms",
        Body::Museum,
    ),
    peer(
        "axum-askama-languages",
        "peer-axum-museum",
        "/es/rooms",
        Body::Museum,
    ),
    kalgan("kalgan", "/plain", PLAIN),
    kalgan("kalgan-parameter", "/user/42", USER),
    kalgan("kalgan-page", "/page", Body::Page),
    Case {
        // The default format, into the file that stdout is.
        environment: &[("KALGAN_SERVER__ACCESS_LOG", "short")],
        ..kalgan("kalgan-log", "/plain", PLAIN)
    },
    Case {
        package: "peer-kalgan-museum",
        ..kalgan("kalgan-languages", "/es/rooms", Body::Museum)
    },
    framework("actix-tera", "peer-actix"),
    framework("rocket-tera", "peer-rocket"),
    framework("loco-tera", "peer-loco"),
];

const fn framework(name: &'static str, package: &'static str) -> Case {
    Case {
        is_framework: true,
        ..peer(name, package, "/tera", Body::Page)
    }
}

const fn peer(name: &'static str, package: &'static str, path: &'static str, body: Body) -> Case {
    Case {
        name,
        package,
        path,
        environment: &[],
        body,
        is_checked: false,
        is_framework: false,
    }
}

const fn kalgan(name: &'static str, path: &'static str, body: Body) -> Case {
    Case {
        is_checked: true,
        ..peer(name, "peer-kalgan", path, body)
    }
}
