title = Museum of minerals
rooms = Rooms
minerals = Minerals & gems
fossils = Fossils
tickets = Tickets
hours = Opening hours
tours = Guided tours
school = For schools
shop = Shop
press = Press
jobs = Jobs
contact = Contact
search = Search the collection
lead = Two thousand stones from five continents, in the rooms of an old mill by the river.
welcome = Welcome, { $name }!
guide = Your guide today is { $guide }.
meeting = The tour begins in room { $room }.
places = { $places ->
    [one] One place is left.
   *[other] { $places } places are left.
}
minutes = { $minutes ->
    [one] It takes a minute.
   *[other] It takes { $minutes } minutes.
}
visits = { $visits ->
    [one] You have been here once.
   *[other] You have been here { $visits } times.
}
