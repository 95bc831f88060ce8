//go:build tools

// Package tools pins what set-up builds for the tests.
package tools

import _ "github.com/sigstore/cosign/v2/cmd/cosign"
