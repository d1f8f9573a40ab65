"""What a planted leak is made of: steps that change a cloud, each with what undoes it."""
