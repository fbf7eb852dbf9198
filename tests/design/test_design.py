from xpert_evo.design.design import Design, homogeneous


def test_digest_depends_on_genes_and_not_on_the_id():
    assert homogeneous(id="a").digest() == homogeneous(id="b").digest()
    assert homogeneous(adc_bits=5).digest() != homogeneous().digest()


def test_weights_of_eight_bits_are_left_out_of_files_and_ids():
    usual, narrow = homogeneous(), homogeneous(weight_bits=5)
    assert "weight_bits" not in usual.to_json()["layers"][0]
    assert narrow.to_json()["layers"][0]["weight_bits"] == 5
    assert usual.digest() == "9600530981" and narrow.digest() != usual.digest()
    assert Design.model_validate(narrow.to_json()) == narrow
