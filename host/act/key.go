package act

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
)

// PrivateKey signs acts.
type PrivateKey struct {
	ID      string
	private ed25519.PrivateKey
}

// The types of the PEM blocks, as every other program writes them.
const (
	privateBlock = "PRIVATE KEY" // PKCS #8
	publicBlock  = "PUBLIC KEY"  // SPKI
)

// NewKey makes a pair of keys, as PEM texts: PKCS #8 and SPKI.
func NewKey() (private, public []byte, err error) {
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(priv)
	if err != nil {
		return nil, nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: spki}), nil
}

// ReadPrivateKey reads an Ed25519 key from PEM.
func ReadPrivateKey(text []byte) (*PrivateKey, error) {
	block, _ := pem.Decode(text)
	switch {
	case block == nil:
		return nil, errors.New("no PEM text: a private key begins with -----BEGIN PRIVATE KEY-----")
	case block.Type == publicBlock:
		return nil, errors.New("this is the public key; signing takes the private one")
	case block.Type != privateBlock:
		return nil, fmt.Errorf("a PEM block %q: a private key is in PKCS #8, unencrypted (%q)", block.Type, privateBlock)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("no private key: %w", err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("not an Ed25519 key: koujing pack keygen makes one")
	}
	public, _ := key.Public().(ed25519.PublicKey)
	id, err := keyID(public)
	if err != nil {
		return nil, err
	}
	return &PrivateKey{ID: id, private: key}, nil
}

// KeyID names the public key in a PEM text: the SHA-256 of its SPKI form, in hex.
func KeyID(public []byte) (string, error) {
	key, err := readPublicKey(public)
	if err != nil {
		return "", err
	}
	return keyID(key)
}

func readPublicKey(text []byte) (ed25519.PublicKey, error) {
	block, _ := pem.Decode(text)
	switch {
	case block == nil:
		return nil, errors.New("no PEM text: a public key begins with -----BEGIN PUBLIC KEY-----")
	case block.Type == privateBlock:
		return nil, errors.New("this is a private key: it belongs to the one who signs, and nowhere else. Give the public one")
	case block.Type != publicBlock:
		return nil, fmt.Errorf("a PEM block %q, not %q", block.Type, publicBlock)
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("no public key: %w", err)
	}
	key, ok := parsed.(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("not an Ed25519 key: koujing pack keygen makes one")
	}
	return key, nil
}

func keyID(key ed25519.PublicKey) (string, error) {
	spki, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(spki)
	return hex.EncodeToString(sum[:]), nil
}
