"""Django pages to measure against: as plain as a signed-in page over DialNexa can be."""
