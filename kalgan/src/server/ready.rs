//! Telling whoever started the process that it takes connections, as systemd asks for it
//! (`Type=notify`): a datagram to the socket that `NOTIFY_SOCKET` names. The command `dev` listens
//! there, too.

/// Says that the process takes connections. Nothing is done where nobody has asked.
#[cfg(unix)]
pub(crate) fn tell() {
    let Some(name) = std::env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty()) else {
        return;
    };
    if let Err(error) = send(&name, b"READY=1\n") {
        tracing::warn!(
            target: "kalgan",
            "cannot tell the socket {} of NOTIFY_SOCKET that the server is ready: {error}",
            name.display()
        );
    }
}

#[cfg(not(unix))]
pub(crate) fn tell() {}

#[cfg(unix)]
fn send(name: &std::ffi::OsStr, message: &[u8]) -> std::io::Result<()> {
    let socket = std::os::unix::net::UnixDatagram::unbound()?;
    // A socket of Linux that is no file.
    #[cfg(target_os = "linux")]
    if let [b'@', name @ ..] = std::os::unix::ffi::OsStrExt::as_bytes(name) {
        use std::os::linux::net::SocketAddrExt;
        let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
        return socket.send_to_addr(message, &address).map(drop);
    }
    socket.send_to(message, name).map(drop)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixDatagram;

    #[test]
    fn a_socket_is_a_file_or_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        send(path.as_os_str(), b"READY=1\n").unwrap();
        let mut buffer = [0; 64];
        let length = socket.recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..length], b"READY=1\n");
        drop(socket);
        assert!(send(path.as_os_str(), b"READY=1\n").is_err());

        #[cfg(target_os = "linux")]
        {
            use std::os::linux::net::SocketAddrExt;
            let name = format!("kalgan-test-{}", std::process::id());
            let address =
                std::os::unix::net::SocketAddr::from_abstract_name(name.as_bytes()).unwrap();
            let socket = UnixDatagram::bind_addr(&address).unwrap();
            send(format!("@{name}").as_ref(), b"READY=1\n").unwrap();
            assert_eq!(socket.recv(&mut buffer).unwrap(), 8);
        }
    }
}
