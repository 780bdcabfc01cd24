package web

func messageRoutes() []route {
	return []route{
		{"GET", calendarPath + "{file}", public, (*view).calendarFeed, 0},
	}
}
