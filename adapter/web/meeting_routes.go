package web

func meetingRoutes() []route {
	return []route{}
}
