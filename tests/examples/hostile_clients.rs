//! Counts what hostile and slow clients cost: `cargo run -p kalgan-tests --example hostile_clients`.
//!
//! The processor time of a long `Accept-Language` against a short one; the files that HTTP/2 streams
//! hold whose client takes nothing; the bytes that slow readers get of a large file.

#![forbid(unsafe_code)]

use kalgan_tests::{Profile, Server, Site};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

/// The file that is asked for, and its length.
const LARGE: (&str, usize) = ("/static/large.bin", 16 << 20);

/// How long a client may take nothing of a response, by default, and a little more.
const SEND_TIMEOUT: Duration = Duration::from_secs(65);

fn main() {
    let site = Site::of_example("museum", "museum-hostile");
    let file = site.folder().join("static/large.bin");
    fs::write(file, vec![b'x'; LARGE.1]).expect("the large file can be written");
    let launch = site.build(Profile::Release).launch();
    let server = launch.env("KALGAN_ROOT", site.folder()).serve();

    let short = processor_time(&server, "accept-language", "en;q=0.5");
    for kibibytes in [8, 60] {
        let long = "en;q=0,es;q=0,".to_owned() + &"*,".repeat(kibibytes * 512);
        let long = long.trim_end_matches(',');
        let time = processor_time(&server, "accept-language", long);
        let other = processor_time(&server, "x-other", long);
        println!(
            "Accept-Language of {kibibytes} KiB: {:.2} times the time of another field of its length, \
             {:.2} times that of a short one",
            time / other,
            time / short
        );
    }

    let held = hold_streams(&server);
    println!("200 streams of HTTP/2 that nobody takes: {held} open files at once");
    println!("after {SEND_TIMEOUT:?}: {}", open_files(&server));

    scope(|scope| {
        let pausing = scope.spawn(|| read(&server, |_| {}, Duration::from_secs(14)));
        let steady = scope.spawn(|| read(&server, trickle, Duration::ZERO));
        let readers = [
            ("pauses for 14 s", pausing),
            ("reads 100 kB/s for 20 s", steady),
        ];
        for (what, reader) in readers {
            let bytes = reader.join().expect("the reader does not panic");
            println!("a client that {what} gets {bytes} of {} bytes", LARGE.1);
        }
    });
    server.stop_well();
}

/// The processor time that the process takes for 2,000 requests of an unknown page with a header field.
fn processor_time(server: &Server, name: &str, value: &str) -> f64 {
    // Nanoseconds of each thread: the first field of its schedstat.
    let time = || -> u64 {
        let threads = fs::read_dir(format!("/proc/{}/task", server.id()));
        let threads = threads.expect("the process is there");
        let times = threads.map(|thread| {
            let path = thread.expect("a thread").path().join("schedstat");
            let stat = fs::read_to_string(path).unwrap_or_default();
            let first = stat.split(' ').next().and_then(|time| time.parse().ok());
            first.unwrap_or(0)
        });
        times.sum()
    };
    let before = time();
    for _ in 0..2000 {
        let ask = server.ask("GET", "/nowhere").header(name, value);
        assert_eq!(ask.send().status, 404);
    }
    (time() - before) as f64
}

/// How often the large file is open.
fn open_files(server: &Server) -> usize {
    let folder = fs::read_dir(format!("/proc/{}/fd", server.id()));
    let targets = folder
        .expect("the process is there")
        .filter_map(|descriptor| fs::read_link(descriptor.ok()?.path()).ok());
    targets
        .filter(|target| target.ends_with("large.bin"))
        .count()
}

/// Asks for the large file 200 times on one connection of HTTP/2 with a window of nothing, and answers
/// pings until the time is over. How many files were open at the beginning.
fn hold_streams(server: &Server) -> usize {
    let mut stream = TcpStream::connect(server.address()).expect("the server listens");
    let mut asked = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    // SETTINGS_INITIAL_WINDOW_SIZE is 0.
    asked.extend(frame(4, 0, 0, &[0, 4, 0, 0, 0, 0]));
    let host = server.address().to_string();
    // :method GET and :scheme http of the static table, :path and :authority as literals (RFC 7541).
    let mut head = vec![0x82, 0x86];
    for (index, value) in [(0x04, LARGE.0), (0x01, host.as_str())] {
        head.extend([index, value.len() as u8]);
        head.extend(value.as_bytes());
    }
    for number in 0..200 {
        asked.extend(frame(1, 5, 2 * number + 1, &head));
    }
    stream.write_all(&asked).expect("the server reads");
    let begun = Instant::now();
    let mut most = 0;
    stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .expect("a time can be set");
    let mut bytes = Vec::new();
    let mut buffer = [0; 16384];
    while begun.elapsed() < SEND_TIMEOUT {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => bytes.extend(&buffer[..length]),
            Err(_) => most = most.max(open_files(server)),
        }
        while let Some((kind, flags, payload)) = next_frame(&mut bytes) {
            if kind == 6 && flags == 0 {
                let _ = stream.write_all(&frame(6, 1, 0, &payload));
            }
        }
    }
    sleep(SEND_TIMEOUT.saturating_sub(begun.elapsed()));
    most
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

fn next_frame(bytes: &mut Vec<u8>) -> Option<(u8, u8, Vec<u8>)> {
    let &[a, b, c, kind, flags, _, _, _, _, ..] = &bytes[..] else {
        return None;
    };
    let end = 9 + u32::from_be_bytes([0, a, b, c]) as usize;
    let payload = bytes.get(9..end)?.to_vec();
    bytes.drain(..end);
    Some((kind, flags, payload))
}

/// Reads the large file: after a pause, and as slowly as `slow` makes it. How much of it came.
fn read(server: &Server, slow: fn(Instant), pause: Duration) -> usize {
    let mut stream = TcpStream::connect(server.address()).expect("the server listens");
    let head = format!(
        "GET {} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        LARGE.0
    );
    stream.write_all(head.as_bytes()).expect("the server reads");
    sleep(pause);
    let begun = Instant::now();
    let (mut all, mut buffer) = (0, [0; 10_000]);
    let mut head = Vec::new();
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        all += length;
        if !head.ends_with(b"\r\n\r\n") {
            let end = buffer[..length]
                .windows(4)
                .position(|four| four == b"\r\n\r\n");
            head.extend(&buffer[..end.map_or(length, |end| end + 4)]);
        }
        slow(begun);
    }
    all - head.len()
}

/// Lets 100 kB a second through for 20 seconds.
fn trickle(begun: Instant) {
    if begun.elapsed() < Duration::from_secs(20) {
        sleep(Duration::from_millis(100));
    }
}
