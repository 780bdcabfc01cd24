package api

func (s *server) visitOperations() []operation {
	return []operation{}
}
