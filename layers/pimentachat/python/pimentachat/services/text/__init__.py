"""What texts mean and how long they are: names, mentions, links, graphemes."""
