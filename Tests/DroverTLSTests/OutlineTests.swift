import Testing

@testable import DroverTLS

@Suite struct OutlineTests {
    private static let block = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"

    @Test(arguments: [
        "", "no PEM at all", block, block + block, "subject=CN = a\n---\n" + block + "---\nServer certificate\n",
        "# two\r\n\r\n-----BEGIN CERTIFICATE-----\r\nMIIB\r\n-----END CERTIFICATE-----\r\n",
        "-----BEGIN EC PARAMETERS-----  \nBggq\n-----END EC PARAMETERS-----\t\n",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMIIB\n"
            + "-----END RSA PRIVATE KEY-----\n",
        "-- Our authorities --\n----------\n==== A ====\n" + block, "a--b\n- c\n" + block,
        "---- ISRG ROOT X1 ----\n" + block + "# INTERMEDIATE CERTIFICATE --\n" + block,
        "-----BEGIN PKCS7-----\n-----END PKCS7-----",
    ])
    func rightOnes(_ text: String) {
        #expect(PEMOutline(Array(text.utf8)).damage == nil)
    }

    private static let end = "-----END CERTIFICATE-----\n"

    @Test(arguments: [
        ("-----BEGIN CERTIFCATE-----\nMIIB\n-----END CERTIFCATE-----\n", "line 1 begins 'CERTIFCATE'"),
        ("----BEGIN CERTIFICATE-----\nMIIB\n" + end, "line 1, '----BEGIN CERTIFICATE-----', is no"),
        ("-----BEGIN CERTIFICATE----\nMIIB\n" + end, "line 1, '-----BEGIN CERTIFICATE----', is no"),
        ("-----BEGN CERTIFICATE-----\nMIIB\n" + end, "line 1, '-----BEGN CERTIFICATE-----', is no"),
        ("-----begin certificate-----\nMIIB\n" + end, "line 1, '-----begin certificate-----', is no"),
        (" -----BEGIN CERTIFICATE-----\nMIIB\n" + end, "line 1, ' -----BEGIN CERTIFICATE-----', is no"),
        ("-----BEGIN CERTIFICATE-----x\nMIIB\n" + end, "line 1, '-----BEGIN CERTIFICATE-----x', is no"),
        ("MIIB\n" + end, "line 2 ends 'CERTIFICATE', which no line before it begins"),
        (block + "-----BEGIN CERTIFICATE-----\nMIIB\n", "the block that line 4 begins has no end"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n" + block, "the block that line 1 begins has no end"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END X509 CRL-----\n", "line 3 ends 'X509 CRL', which no line"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----ENDE-----\n", "line 3, '-----ENDE-----', is no"),
    ])
    func wrongOnes(_ text: String, _ damage: String) {
        let found = PEMOutline(Array(text.utf8)).damage
        #expect(found?.hasPrefix(damage) == true, "\(found ?? "nothing")")
    }
}
