title = Museo de minerales
rooms = Salas
minerals = Minerales y gemas
fossils = Fósiles
tickets = Entradas
hours = Horario
tours = Visitas guiadas
school = Para escuelas
shop = Tienda
press = Prensa
jobs = Empleo
contact = Contacto
search = Buscar en la colección
lead = Dos mil piedras de cinco continentes, en las salas de un viejo molino junto al río.
welcome = ¡Bienvenida, { $name }!
guide = Su guía de hoy es { $guide }.
meeting = La visita empieza en la sala { $room }.
places = { $places ->
    [one] Queda una plaza.
   *[other] Quedan { $places } plazas.
}
minutes = { $minutes ->
    [one] Dura un minuto.
   *[other] Dura { $minutes } minutos.
}
visits = { $visits ->
    [one] Ha venido una vez.
   *[other] Ha venido { $visits } veces.
}
