/// The IRIs that RDF and JSON-LD themselves use.
enum Vocabulary {
    static let type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    static let first = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first"
    static let rest = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest"
    static let `nil` = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"
    static let value = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value"
    static let language = "http://www.w3.org/1999/02/22-rdf-syntax-ns#language"
    static let direction = "http://www.w3.org/1999/02/22-rdf-syntax-ns#direction"
    static let langString = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    static let json = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
    static let i18n = "https://www.w3.org/ns/i18n#"
    static let string = "http://www.w3.org/2001/XMLSchema#string"
    static let boolean = "http://www.w3.org/2001/XMLSchema#boolean"
    static let integer = "http://www.w3.org/2001/XMLSchema#integer"
    static let double = "http://www.w3.org/2001/XMLSchema#double"
}
