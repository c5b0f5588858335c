//! What the server is told: where to listen, and how much it lets a client do.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

use super::access_log::AccessLog;
use super::host::HostNames;
use kalgan_core::settings::schema;

/// The limits and addresses of one server.
#[derive(Clone, Debug)]
pub(crate) struct ServerConfig {
    /// A name or an IP address to listen on.
    pub(crate) address: String,
    /// The TCP port; 0 lets the system choose one.
    pub(crate) port: u16,
    /// How long a connection may take to deliver a complete request head: its first one after it
    /// was opened, and the next one after a response. So it also bounds an idle connection.
    pub(crate) header_timeout: Duration,
    /// How long a client may send nothing while its body is read.
    pub(crate) body_timeout: Duration,
    /// How long a client may take nothing of a response. The same as between two writes of nginx by
    /// default.
    pub(crate) send_timeout: Duration,
    /// How long open requests may take to finish once the server was asked to stop.
    pub(crate) shutdown_timeout: Duration,
    /// The most that a request's line and header fields may take together, in bytes.
    pub(crate) max_header_bytes: usize,
    /// How many connections are served at once; further ones wait in the system's queue.
    pub(crate) max_connections: usize,
    /// The largest body of a request, in bytes.
    pub(crate) max_body: u64,
    /// The peers whose `X-Forwarded-*` header fields are believed.
    pub(crate) trusted_proxies: TrustedProxies,
    /// The hosts that are served; all where none is named.
    pub(crate) hosts: HostNames,
    /// The path before those of the app, without a slash at its end.
    pub(crate) prefix: Option<Arc<str>>,
    /// Whether redirects behind a trusted proxy name the host that it was asked for.
    pub(crate) absolute_redirects: bool,
    /// The format of the access log.
    pub(crate) access_log: AccessLog,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            address: "127.0.0.1".to_owned(),
            port: 7878,
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            send_timeout: Duration::from_secs(60),
            shutdown_timeout: Duration::from_secs(30),
            max_header_bytes: 64 * 1024,
            max_connections: 10_000,
            max_body: 2 * 1024 * 1024,
            trusted_proxies: TrustedProxies::default(),
            hosts: HostNames::default(),
            prefix: None,
            absolute_redirects: false,
            access_log: AccessLog::default(),
        }
    }
}

/// The networks whose hosts are proxies of this app. By default there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TrustedProxies {
    networks: Arc<[IpNet]>,
}

impl TrustedProxies {
    /// Reads a comma-separated list of IP addresses and networks, as `10.0.0.0/8, ::1`.
    ///
    /// # Errors
    /// A text that names the entry which is neither and shows what would be.
    pub(crate) fn parse(list: &str) -> Result<Self, String> {
        list.split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(|entry| {
                let network = schema::parse_network(entry);
                let network =
                    network.and_then(|(address, length)| IpNet::new(address, length).ok());
                network.ok_or_else(|| {
                    format!(
                        "`{entry}` is neither an IP address nor a network: write the proxies \
                             as `192.0.2.7`, `10.0.0.0/8` or `fd00::/8`, separated by commas"
                    )
                })
            })
            .collect::<Result<Arc<[IpNet]>, String>>()
            .map(|networks| Self { networks })
    }

    /// Whether the address is that of a trusted proxy. An IPv4 address is the same one when it
    /// is written as IPv6 (`::ffff:192.0.2.7`, as a dual-stack socket reports it).
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|net| net.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trusted_proxies() {
        let trusted = TrustedProxies::parse("10.0.0.0/8, 192.0.2.7 ,[::1], [fd00::]/8,").unwrap();
        for inside in [
            "10.255.0.1",
            "192.0.2.7",
            "::1",
            "fd12::3",
            "::ffff:10.0.0.1",
        ] {
            assert!(trusted.contains(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["11.0.0.1", "192.0.2.8", "::2", "::ffff:11.0.0.1"] {
            assert!(!trusted.contains(outside.parse().unwrap()), "{outside}");
        }
        let nobody = TrustedProxies::parse("").unwrap();
        assert_eq!(nobody, TrustedProxies::default());
        assert!(!nobody.contains("127.0.0.1".parse().unwrap()));

        for wrong in [
            "10.0.0.0/33",
            "localhost",
            "10.0.0.1 10.0.0.2",
            "10.0.0.1,x",
        ] {
            let error = TrustedProxies::parse(wrong).unwrap_err();
            assert!(error.contains("`10.0.0.0/8`"), "{wrong}: {error}");
        }
    }
}
