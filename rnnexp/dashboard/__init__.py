"""The only user of tf.summary: owns every tag name and layout."""
