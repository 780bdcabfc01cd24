package web

func messageRoutes() []route {
	return []route{}
}
