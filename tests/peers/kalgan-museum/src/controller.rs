use kalgan::prelude::*;
use peer_items::{GUEST, GUIDE, MINUTES, PLACES, ROOM, VISITS};

pub async fn museum() -> Result<Response> {
    render!("museum.html", {
        name: GUEST,
        guide: GUIDE,
        room: ROOM,
        places: PLACES,
        minutes: MINUTES,
        visits: VISITS,
    })
}
