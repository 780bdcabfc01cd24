package web

func visitRoutes() []route {
	return []route{}
}
