package api

func (s *server) messageOperations() []operation {
	return []operation{}
}
